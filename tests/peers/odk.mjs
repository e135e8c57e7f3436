// SPDX-License-Identifier: Apache-2.0
// ODK's form engine behind the same few verbs as `feijian form drive`.
// The packages are in build/peers (make peers); $FEIJIAN_PEERS names another folder.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const folder = path.resolve(process.env.FEIJIAN_PEERS ?? 'build/peers');
const require = createRequire(path.join(folder, 'package.json'));

// The engine wants a DOM to be there when it is loaded.
const { JSDOM } = require('jsdom');
const dom = new JSDOM('<!doctype html><html><body></body></html>');
for (const name of ['window', 'document', 'DOMParser', 'XMLSerializer', 'Node', 'Element',
	'Document', 'XMLDocument', 'Attr', 'Text', 'Comment', 'CDATASection', 'ProcessingInstruction',
	'NodeFilter', 'XPathResult', 'XPathEvaluator', 'HTMLElement', 'NodeList', 'NamedNodeMap']) {
	const value = name === 'window' ? dom.window : dom.window[name];
	if (value !== undefined)
		globalThis[name] = value;
}

// Built for browsers: its WebAssembly loader must not see that this is Node.
const entry = path.join(folder, 'node_modules/@getodk/xforms-engine/dist/index.js');
const { process: own } = globalThis;
delete globalThis.process;
let engine;
try {
	engine = await import(pathToFileURL(entry).href);
} finally {
	globalThis.process = own;
}

// A missing file beside the form is an empty one.
const nothing = async () => new Response('', { status: 404 });

export async function open(xml) {
	const result = await engine.loadForm(xml, {
		fetchFormAttachment: nothing,
		missingResourceBehavior: 'BLANK',
	});
	if (result.status === 'failure')
		throw result.error;
	return new Filled(result.createInstance().root);
}

class Filled {
	constructor(root) {
		this.root = root;
	}

	// '/data/rep[2]/x' by our rules: 1-based instances. null: not there.
	find(where) {
		const steps = where.split('/').slice(2);
		let at = this.root;
		for (const step of steps) {
			const [, name, , index] = /^([^[]+)(\[(\d+)\])?$/.exec(step);
			at = (at.currentState.children ?? []).find((c) => nameOf(c) === name);
			if (at === undefined)
				return null;
			if (index !== undefined)
				at = at.currentState.children[Number(index) - 1];
			if (at === undefined)
				return null;
		}
		return at;
	}

	set(where, value) {
		const node = this.find(where);
		if (node === null)
			return 'absent';
		if (node.currentState.readonly)
			return 'readonly';
		switch (node.nodeType) {
		case 'select':
			node.selectValues(value === '' ? [] :
				node.selectType === 'select1' ? [value] : value.split(' '));
			return 'ok';
		case 'rank':
			node.setValues(value === '' ? [] : value.split(' '));
			return 'ok';
		case 'trigger':
			node.setValue(value === 'OK');
			return 'ok';
		case 'input':
		case 'range':
			node.setValue(value === '' && node.nodeType === 'range' ? null : value);
			return 'ok';
		default:
			return 'no control';
		}
	}

	add(where) {
		const node = this.find(where);
		if (node === null || node.nodeType !== 'repeat-range:uncontrolled')
			return 'no';
		node.addInstances(node.currentState.children.length - 1);
		return 'ok';
	}

	remove(where) {
		const [, range, index] = /^(.*)\[(\d+)\]$/.exec(where);
		const node = this.find(range);
		if (node === null || node.nodeType !== 'repeat-range:uncontrolled' ||
			node.currentState.children.length < Number(index))
			return 'no';
		node.removeInstances(Number(index) - 1);
		return 'ok';
	}

	// Everything that can be compared, by path.
	state() {
		const out = new Map();
		walk(this.root, '', out);
		return out;
	}
}

const nameOf = (node) => node.definition.qualifiedName.localName;

function walk(node, prefix, out, index) {
	const kind = node.nodeType;
	const here = index !== undefined ? `${prefix}[${index}]` : `${prefix}/${nameOf(node)}`;
	const s = node.currentState;
	if (kind.startsWith('repeat-range')) {
		out.set(here, { kind: 'repeat', relevant: s.relevant, count: s.children.length });
		s.children.forEach((c, i) => walk(c, here, out, i + 1));
		return;
	}
	if (s.children !== null && s.children !== undefined) {
		out.set(here, { kind: 'group', relevant: s.relevant });
		for (const c of s.children)
			walk(c, here, out);
		return;
	}
	const v = node.validationState;
	const entry = {
		kind: 'leaf',
		control: kind,
		relevant: s.relevant,
		value: s.relevant ? String(s.instanceValue ?? '') : '',
		required: s.required,
		readonly: s.readonly,
		valid: v?.violation === null || v?.violation === undefined,
		broken: v?.violation?.condition ?? '',
	};
	if (kind === 'select')
		entry.choices = s.valueOptions.map((o) => o.value);
	out.set(here, entry);
}
