// SPDX-License-Identifier: Apache-2.0
// bench_odk.mjs FORM.xml STEPS.jsonl: ODK's engine on the steps of form_bench, one JSON line.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { open } from './odk.mjs';

console.warn = () => {};
const [, , form, list] = process.argv;
const steps = readFileSync(list, 'utf8').split('\n').filter((l) => l !== '').map((l) => JSON.parse(l));
const xml = readFileSync(form, 'utf8');
const t0 = performance.now();
const filled = await open(xml);
const load = performance.now() - t0;

// Answers of what is not asked now are as dear as the others; only sets are timed.
const taken = [];
let refused = 0;
for (const s of steps) {
	if (s.add !== undefined) {
		filled.add(s.add);
		continue;
	}
	const from = performance.now();
	let said;
	try {
		said = filled.set(s.set, String(s.value));
	} catch {
		said = 'failed';
	}
	if (said === 'ok')
		taken.push((performance.now() - from) * 1000);
	else
		refused++;
}
taken.sort((a, b) => a - b);
const at = (q) => Math.round(taken[Math.min(taken.length - 1, Math.floor(taken.length * q))] ?? 0);
process.stdout.write(`${JSON.stringify({
	bench: 'form', form: path.basename(form, '.xml'), peer: 'odk', load_ms: Math.round(load),
	set_p50_us: at(0.5), set_p99_us: at(0.99), set_max_us: at(1), sets: taken.length, refused,
	rss_mb: Math.round(process.memoryUsage().rss / 1048576),
})}\n`);
process.exit(0);
