// SPDX-License-Identifier: Apache-2.0
// probes.mjs --prog build/feijian --dir D: the decided differences one by one: each
// expression must still give our answer here and ODK's there.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { KINDS } from './differ_kinds.mjs';
import { open } from './odk.mjs';

const { values: opt } = parseArgs({ options: {
	prog: { type: 'string', default: 'build/feijian' },
	dir: { type: 'string', default: '.' },
} });
console.warn = () => {};

const probes = Object.entries(KINDS).filter(([, k]) => k.probe !== undefined);
const file = path.join(opt.dir, 'probes.json'), xml = path.join(opt.dir, 'probes.xml');
writeFileSync(file, JSON.stringify({ form: 'probes', version: '1', title: 'Probes',
	children: probes.map(([, k], i) => ({ type: 'calculate', name: `p${i}`, calculation: k.probe[0] })) }));
const run = spawnSync(opt.prog, ['form', 'export', file, '-o', xml, '--force'], { encoding: 'utf8' });
if (run.status !== 0) {
	process.stdout.write(run.stderr);
	process.exit(1);
}
const theirs = (await open(readFileSync(xml, 'utf8'))).state();
const lines = probes.map((_, i) => JSON.stringify({ get: `/data/p${i}` })).join('\n');
const ours = spawnSync(opt.prog, ['form', 'drive', file], { input: `${lines}\n`, encoding: 'utf8' })
	.stdout.split('\n').filter((l) => l !== '').map((l) => JSON.parse(l).value);

let bad = 0;
probes.forEach(([name, k], i) => {
	const odk = theirs.get(`/data/p${i}`).value;
	if (ours[i] !== k.probe[1] || odk !== k.probe[2]) {
		bad++;
		process.stdout.write(`${name}: ${k.probe[0]}: ours ${JSON.stringify(ours[i])}, odk ${JSON.stringify(odk)}; ` +
			`wanted ${JSON.stringify(k.probe[1])}, ${JSON.stringify(k.probe[2])}\n`);
	}
});
process.stdout.write(`${probes.length - bad} of ${probes.length} decided differences are as listed\n`);
process.exit(bad > 0 ? 1 : 0);
