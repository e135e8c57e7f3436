// SPDX-License-Identifier: Apache-2.0
// Random forms in our language, within what both engines say alike; seeded.

export function random(seed) {
	let a = seed >>> 0;
	const next = () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	const r = {
		next,
		int: (n) => Math.floor(next() * n),
		chance: (p) => next() < p,
		pick: (list) => list[Math.floor(next() * list.length)],
	};
	return r;
}

const LEAVES = ['text', 'integer', 'decimal', 'select_one', 'select_multiple', 'date', 'calculate',
	'integer', 'text', 'select_one', 'note', 'rank', 'range', 'acknowledge', 'verdict', 'time'];

export class Generator {
	constructor(r) {
		this.r = r;
		this.count = 0;
		this.nodes = [];	// leaves that may be read, in document order
		this.repeats = [];
		this.lists = { fruit: ['apple', 'pear', 'plum', 'fig'], yn: ['yes', 'no'] };
	}

	name(prefix) {
		return `${prefix}${++this.count}`;
	}

	form(id) {
		const choices = {
			yn: [{ name: 'yes', label: '是' }, { name: 'no', label: 'No <&>' }],
			fruit: this.lists.fruit.map((name, i) => ({ name, label: name,
				color: ['red', 'green', 'blue', 'red'][i], weight: String(10 * (i + 1)) })),
			v3: [{ name: 'conform', label: '符合', key: 1 },
				{ name: 'nonconform', label: '不符合', key: 2 },
				{ name: 'na', label: '不适用', key: 4 }],
		};
		const children = this.level([], 0, 5 + this.r.int(8));
		return { form: id, version: '1', title: 'Random', choices, children };
	}

	level(scope, depth, n) {
		const out = [];
		for (let i = 0; i < n; i++) {
			const dice = this.r.next();
			if (depth < 2 && dice < 0.10)
				out.push(this.group(scope, depth));
			else if (depth < 2 && dice < 0.24)
				out.push(this.repeat(scope, depth));
			else
				out.push(...this.leaf(scope));
		}
		return out;
	}

	group(scope, depth) {
		const g = { type: 'group', name: this.name('g'), label: 'Group' };
		if (this.r.chance(0.4) && this.readable(scope).length > 0)
			g.relevant = this.condition(scope);
		g.children = this.level(scope, depth + 1, 1 + this.r.int(4));
		return g;
	}

	repeat(scope, depth) {
		const n = { type: 'repeat', name: this.name('r'), label: 'Repeat' };
		const kind = this.r.int(3);
		if (kind === 0 && this.readable(scope).length > 0) {
			const counts = this.readable(scope).filter((q) => q.type === 'integer');
			const by = counts.length > 0 ? `\${${this.r.pick(counts).name}}` : null;
			n.repeat_count = by === null || this.r.chance(0.3) ? String(1 + this.r.int(3)) :
				this.r.chance(0.5) ? by : `coalesce(${by}, 0) + ${this.r.int(2)}`;
		} else if (kind === 1) {
			n.instances = this.r.int(4);
		}
		if (this.r.chance(0.2) && this.readable(scope).length > 0)
			n.relevant = this.condition(scope);
		const inner = [...scope, n.name];
		n.children = this.level(inner, depth + 1, 1 + this.r.int(4));
		this.repeats.push({ name: n.name, scope });
		return n;
	}

	// What may be read at a place without meaning many: of the same or an outer instance.
	// A default is made before anything is calculated: it reads answers only.
	readable(scope) {
		return this.nodes.filter((q) => q.scope.every((s, i) => scope[i] === s) &&
			!(this.early && q.calculated));
	}

	// Leaves of repeats that are not around the place: sets.
	sets(scope, type) {
		return this.nodes.filter((q) => type.includes(q.type) && !(this.early && q.calculated) &&
			q.scope.length === scope.length + 1 && scope.every((s, i) => q.scope[i] === s));
	}

	ref(scope, ...types) {
		const all = this.readable(scope).filter((q) => types.length === 0 || types.includes(q.type));
		return all.length > 0 ? this.r.pick(all) : null;
	}

	earlier(make) {
		this.early = true;
		const text = make();
		this.early = false;
		return text;
	}

	number(scope, depth = 0) {
		const r = this.r, dice = r.int(depth > 2 ? 3 : 17);
		const sub = () => this.number(scope, depth + 1);
		const q = this.ref(scope, 'integer', 'decimal', 'number');
		switch (dice) {
		case 0: case 1:
			return q !== null ? `\${${q.name}}` : String(r.int(20));
		case 2:
			return String(r.int(20));
		case 3: case 4:
			return `(${sub()} ${r.pick(['+', '-', '*'])} ${sub()})`;
		case 5:
			// Quotients rounded: the engines write 15 and 17 digits (a kind of its own).
			return r.chance(0.5) ? `round(${sub()} div ${1 + r.int(7)}, 3)` :
				`round(${sub()} mod ${1 + r.int(7)}, 3)`;
		case 6:
			return `if(${this.condition(scope, depth + 1)}, ${sub()}, ${sub()})`;
		case 7:
			return `coalesce(${sub()}, ${r.int(9)})`;
		case 8: {
			const set = this.sets(scope, ['integer', 'decimal', 'number']);
			return set.length > 0 ? `sum(\${${r.pick(set).name}})` : sub();
		}
		case 9: {
			const set = this.sets(scope, ['integer', 'decimal', 'number']);
			return set.length > 0 ? `${r.pick(['max', 'min'])}(\${${r.pick(set).name}})` :
				`${r.pick(['max', 'min'])}(${r.int(9)}, ${r.int(9)})`;
		}
		case 10: {
			const reps = this.repeats.filter((p) => p.scope.length <= scope.length &&
				p.scope.every((s, i) => scope[i] === s));
			return reps.length > 0 ? `count(\${${r.pick(reps).name}})` : sub();
		}
		case 11:
			return scope.length > 0 && r.chance(0.5) ? 'POSITION' : `round(${sub()}, ${r.int(3)})`;
		case 12:
			return `int(${sub()})`;
		case 13:
			return `abs(${sub()})`;
		case 14:
			return `string-length(${this.string(scope, depth + 1)})`;
		case 15: {
			const m = this.ref(scope, 'select_multiple');
			return m !== null ? `count-selected(\${${m.name}})` : `pow(${r.int(5)}, ${r.int(4)})`;
		}
		default: {
			const set = this.sets(scope, ['integer', 'text', 'select_one']);
			return set.length > 0 ? `count-non-empty(\${${r.pick(set).name}})` : `-${r.int(9)}`;
		}
		}
	}

	string(scope, depth = 0) {
		const r = this.r, dice = r.int(depth > 2 ? 3 : 15);
		const sub = () => this.string(scope, depth + 1);
		const q = this.ref(scope);
		switch (dice) {
		case 0: case 1:
			return q !== null ? `\${${q.name}}` : "'x'";
		case 2:
			return `'${r.pick(['', 'a', 'b c', '中文', 'apple', '1', 'Yes'])}'`;
		case 3:
			return `concat(${sub()}, ${sub()})`;
		case 4:
			return `substr(${sub()}, ${r.int(3)}, ${r.int(5)})`;
		case 5:
			return `substring-before(${sub()}, 'a')`;
		case 6:
			return `substring-after(${sub()}, ' ')`;
		case 7:
			return `translate(${sub()}, 'abc', 'xy')`;
		case 8:
			return `normalize-space(${sub()})`;
		case 9: {
			const set = this.sets(scope, ['text', 'integer', 'select_one']);
			return set.length > 0 ? `join(',', \${${r.pick(set).name}})` : `join('-', ${sub()}, ${sub()})`;
		}
		case 10:
			return `if(${this.condition(scope, depth + 1)}, ${sub()}, ${sub()})`;
		case 11: {
			const s = this.ref(scope, 'select_one', 'verdict');
			return s !== null ? `jr:choice-name(\${${s.name}}, '\${${s.name}}')` : sub();
		}
		case 12: {
			const m = this.ref(scope, 'select_multiple');
			return m !== null ? `selected-at(\${${m.name}}, ${r.int(3)})` : sub();
		}
		case 13: {
			const set = this.sets(scope, ['text', 'integer']).filter((p) => p.scope.length > 0);
			if (set.length === 0)
				return sub();
			const f = r.pick(set);
			return `indexed-repeat(\${${f.name}}, \${${f.scope[f.scope.length - 1]}}, ${1 + r.int(3)})`;
		}
		default:
			return `string(coalesce(${this.number(scope, depth + 1)}, 0))`;
		}
	}

	condition(scope, depth = 0) {
		const r = this.r, dice = r.int(depth > 2 ? 4 : 13);
		const sub = () => this.condition(scope, depth + 1);
		const s = this.ref(scope, 'select_one'), m = this.ref(scope, 'select_multiple');
		const n = this.ref(scope, 'integer', 'decimal', 'number');
		switch (dice) {
		case 0: case 1:
			return s !== null ? `\${${s.name}} ${r.pick(['=', '!='])} '${r.pick(s.values)}'` :
				n !== null ? `\${${n.name}} > ${r.int(6)}` : 'true()';
		case 2:
			return n !== null ? `\${${n.name}} ${r.pick(['<', '<=', '>', '>=', '=', '!='])} ${r.int(9)}` :
				'false()';
		case 3:
			return m !== null ? `selected(\${${m.name}}, '${r.pick(m.values)}')` : `${this.string(scope, 3)} = ''`;
		case 4:
			return `${sub()} and ${sub()}`;
		case 5:
			return `(${sub()} or ${sub()})`;
		case 6:
			return `not(${sub()})`;
		case 7:
			return `${this.number(scope, depth + 1)} ${r.pick(['<', '>', '<=', '>='])} ${this.number(scope, depth + 1)}`;
		case 8:
			return `${this.string(scope, depth + 1)} ${r.pick(['=', '!='])} ${this.string(scope, depth + 1)}`;
		case 9:
			return `contains(${this.string(scope, depth + 1)}, '${r.pick(['a', ' ', '1'])}')`;
		case 10:
			return `starts-with(${this.string(scope, depth + 1)}, '${r.pick(['a', 'b', '1'])}')`;
		case 11:
			return `regex(${this.string(scope, depth + 1)}, '${r.pick(['[a-c]+', '[0-9]{1,2}', '.*e', 'x|apple'])}')`;
		default:
			return `${this.string(scope, 3)} ${r.pick(['=', '!='])} ''`;
		}
	}

	static position(text) {
		return text.replaceAll('POSITION', 'position(..)');
	}

	leaf(scope) {
		const r = this.r;
		const type = r.pick(LEAVES);
		const q = { type, name: this.name('q'), label: 'Question' };
		const known = { name: q.name, type, scope, values: [] };
		let list = null;
		const some = this.readable(scope).length > 0;

		if (type === 'calculate') {
			const numeric = r.chance(0.6);
			// position(..) is of the instance only directly below a repeat.
			q.calculation = (numeric ? this.number(scope) : this.string(scope));
			known.type = numeric ? 'number' : 'string';
			known.calculated = true;
		} else if (type.startsWith('select') || type === 'rank') {
			list = r.pick(['fruit', 'fruit', 'yn']);
			q.type = `${type} ${list}`;
			known.values = this.lists[list];
		} else if (type === 'verdict') {
			q.type = 'verdict v3';
			known.values = ['conform', 'nonconform', 'na'];
		} else if (type === 'range') {
			q.parameters = 'start=0 end=10 step=1';
			known.type = 'integer';
		}
		if (type === 'note') {
			if (some && r.chance(0.3))
				q.relevant = this.condition(scope);
			return [q];
		}
		if (some && r.chance(0.3))
			q.relevant = this.condition(scope);
		if (type !== 'calculate') {
			if (r.chance(0.3))
				q.required = some && r.chance(0.5) ? this.condition(scope) : 'true';
			if (r.chance(0.15))
				q.read_only = some ? this.condition(scope) : 'false';
			if (r.chance(0.25))
				q.constraint = this.constraint(scope, type);
			this.first(q, scope, type, list);
			if (list === 'fruit' && some && r.chance(0.4))
				q.choice_filter = this.filter(scope);
		}
		this.nodes.push(known);
		return [q];
	}

	constraint(scope, type) {
		const r = this.r;
		if (['integer', 'decimal', 'range'].includes(type))
			return r.pick([`. > ${r.int(4)}`, `. < ${10 + r.int(20)} and . >= 0`, `. != ${r.int(10)}`,
				`. <= ${this.number(scope, 2)}`]);
		if (type === 'select_multiple')
			return r.pick(['count-selected(.) < 3', "not(selected(., 'fig'))"]);
		return r.pick(["string-length(.) < 5", ". != 'a'", "regex(., '[a-z ]+')", `. = ${this.string(scope, 2)}`]);
	}

	filter(scope) {
		const r = this.r, s = this.ref(scope, 'select_one'), n = this.ref(scope, 'integer', 'number');
		return r.pick([`color = '${r.pick(['red', 'green'])}'`, `weight > ${10 * r.int(4)}`,
			s !== null ? `name != \${${s.name}}` : 'true()',
			n !== null ? `weight >= \${${n.name}} * 10 or \${${n.name}} = ''` : "name != 'fig'"]);
	}

	// A default, a calculation with a control, or a trigger.
	first(q, scope, type, list) {
		const r = this.r, dice = r.next();
		if (dice < 0.12 && ['text', 'integer', 'decimal', 'select_one', 'select_multiple'].includes(type)) {
			q.default = { text: 'abc', integer: '7', decimal: '2.5',
				select_one: list === 'yn' ? 'yes' : 'pear',
				select_multiple: list === 'yn' ? 'no' : 'apple fig' }[type];
		} else if (dice < 0.2 && type === 'text') {
			q.default = `concat('d', ${this.earlier(() => this.string(scope, 2))})`;
		} else if (dice < 0.26 && type === 'integer') {
			q.default = `${this.earlier(() => this.number(scope, 2))} + 1`;
		} else if (dice < 0.34 && ['text', 'integer'].includes(type)) {
			const source = this.ref(scope, 'text', 'integer', 'select_one', 'date');
			if (source !== null && source.scope.length === scope.length) {
				q.trigger = `\${${source.name}}`;
				q.calculation = type === 'text' ? this.string(scope) : this.number(scope);
				delete q.read_only;
			}
		}
	}
}
