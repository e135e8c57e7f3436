// SPDX-License-Identifier: Apache-2.0
// Where the engines differ by decision: rows of FORM-LANGUAGE.md, one a kind.  `is`
// recognises the first difference of a random form; `probe` shows the difference itself
// (an expression, what we say, what ODK says), so that a kind that is gone is noticed.

const bare = (where) => where.replace(/\[\d+\]/g, '');

// The repeats with a count around a place.
function counted(where, defs) {
	const steps = bare(where).split('/');
	return steps.some((_, i) => defs.get(steps.slice(0, i + 1).join('/'))?.repeat_count !== undefined);
}

// Did any repeat with a count become shorter before the step?
function lowered(all, upto) {
	const most = new Map();
	for (const s of all.steps.slice(0, upto + 1))
		for (const [where, p] of s.state) {
			if (p.kind !== 'repeat' || all.seen.defs.get(bare(where))?.repeat_count === undefined)
				continue;
			if (p.count < (most.get(where) ?? 0))
				return true;
			most.set(where, p.count);
		}
	return false;
}

const triggered = (where, defs) => defs.get(bare(where))?.trigger !== undefined;

const names = (text) => [...(text ?? '').matchAll(/\$\{([^}]+)\}/g)].map((m) => m[1]);

// Does a calculation read something that itself follows from its trigger?
function follows(defs, def) {
	const byName = new Map([...defs.values()].map((q) => [q.name, q]));
	const source = names(def.trigger)[0];
	const met = new Set();
	const reads = (q, first) => {
		if (q === undefined || met.has(q.name))
			return false;
		met.add(q.name);
		const next = ['calculation', 'relevant', 'choice_filter', 'repeat_count'].flatMap((k) => names(q[k]));
		return (!first && next.includes(source)) || next.some((n) => n !== source && reads(byName.get(n), false));
	};
	return reads({ ...def, relevant: undefined }, true);
}

// Does an expression of the place read a repeat with a count that is not relevant now?
function hidden(def, all, step) {
	const { defs } = all.seen;
	const read = new Set(['calculation', 'relevant', 'required', 'constraint', 'read_only', 'choice_filter',
		'repeat_count'].flatMap((k) => names(def?.[k])));
	for (const [where, q] of defs)
		if (read.has(q.name) && counted(where, defs))
			for (const [at, s] of all.steps[step].state)
				if (s.kind === 'repeat' && !s.relevant && `${where}/`.startsWith(`${bare(at)}/`))
					return true;
	return false;
}

const near = (a, b) => a !== '' && b !== '' &&
	Math.abs(Number(a) - Number(b)) <= 1e-12 * Math.max(Math.abs(Number(a)), Math.abs(Number(b)));

export const KINDS = {
	'repeat-count-lowered': {
		row: '2.8 ⚑ lowering repeat_count: kept, not destroyed',
		is: (d, all) => d.step !== undefined && counted(d.where, all.seen.defs) && lowered(all, d.step),
	},
	'repeat-count-lowered-read': {
		row: '2.8 ⚑ the same, read from outside of the repeat',
		is: (d, all) => d.step !== undefined && lowered(all, d.step),
	},
	'choice-filtered-validity': {
		row: '2.5 choice_filter: an answer no longer allowed reads as blank; here validity does, too',
		is: (d, all) => d.what === 'valid' &&
			all.seen.defs.get(bare(d.where))?.choice_filter !== undefined,
	},
	'default-first': {
		row: '2.5 default: dynamic ones are set before calculates and relevance',
		is: (d, all) => d.what === 'value' && /[$(]/.test(all.seen?.defs.get(bare(d.where))?.default ?? ''),
	},
	'trigger-renumbered': {
		row: "2.5 trigger: ODK's listens to the number of an instance that was removed, we to the instance",
		is: (d, all) => d.step !== undefined && d.where.includes('[') && triggered(d.where, all.seen.defs) &&
			all.steps.slice(0, d.step).some((s) => s.edit?.remove !== undefined),
	},
	'trigger-order': {
		row: '2.7 order: what is triggered reads what follows from the trigger, here recalculated already',
		is: (d, all) => d.step !== undefined && triggered(d.where, all.seen.defs) &&
			follows(all.seen.defs, all.seen.defs.get(bare(d.where))),
	},
	'count-not-relevant': {
		row: '2.5 ⚑ count() of what is not relevant: instances that a count makes are there, ODK makes them when they are asked',
		is: (d, all) => d.step !== undefined && hidden(all.seen.defs.get(bare(d.where)), all, d.step),
	},
	'digits': {
		row: '2.1 ⚑ string(x): at most 15 significant digits, never an exponent',
		probe: ['string(1 div 7)', '0.142857142857143', '0.14285714285714285'],
		is: (d) => d.what === 'value' && near(d.ours, d.odk),
	},
	'string-nan': {
		row: '2.1 string(x): NaN is NaN',
		probe: ['concat("x", 0 div 0)', 'xNaN', 'x'],
		is: () => false,
	},
	'tolerance': {
		row: '2.2 ⚑ = within a relative 1e-12',
		probe: ['0.1 + 0.2 = 0.3', 'true', 'false'],
		is: () => false,
	},
	'blank-arguments': {
		row: '2.3 ⚑ max/min skip blanks (several arguments cannot be exported so)',
		probe: ["max(1, '', 3)", '3', ''],
		is: () => false,
	},
	'boolean-from-string': {
		row: '2.3 ⚑ boolean-from-string() ignores case',
		probe: ["boolean-from-string('TRUE')", 'true', 'false'],
		is: () => false,
	},
	'checklist': {
		row: '2.3 ⚑ checklist() counts yes, true and 1',
		probe: ["checklist(1, 2, 'yes', 'no', 'yes')", 'true', 'false'],
		is: () => false,
	},
	'code-points': {
		row: '2.3 ⚑ lengths in code points',
		probe: ["string-length('😀')", '1', '2'],
		is: () => false,
	},
	'number-text': {
		row: '2.1 ⚑ number(): no plus, no exponent',
		probe: ["number('1e3')", '', '1000'],
		is: () => false,
	},
	'blank-number': {
		row: "2.1 ⚑ number('  ') is no number",
		probe: ["number('  ')", '', '0'],
		is: () => false,
	},
	'date-number': {
		row: '2.1 ⚑ text of a date is no number unless it is typed',
		probe: ["number('2026-03-01')", '', '20513'],
		is: () => false,
	},
	'date-format': {
		row: '2.3 ⚑ numbers of days accepted by format-date()',
		probe: ["format-date(date('2026-03-01') + 30, '%Y-%m-%d')", '2026-03-31', ''],
		is: () => false,
	},
};

// The kind of the first difference of a form, or null: a fault.
export function kindOf(d, all) {
	for (const [name, k] of Object.entries(KINDS))
		if (k.is(d, all))
			return name;
	return null;
}
