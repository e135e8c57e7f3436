// SPDX-License-Identifier: Apache-2.0
// What hub_bench measures of the hub, of its peers in the same run: _bulk_docs of
// express-pouchdb, one PATCH of @tus/server.  Each server is a process of its own.
//	node hub_peers.mjs DIR		one JSON line a figure
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import http from 'node:http';

const ENTRIES = 10000, LINKS = 16, FILE = 50 << 20;
const need = createRequire(process.env.PEERS ? `${process.env.PEERS}/x.js` : import.meta.url);

async function servePouch(dir) {
	const PouchDB = need('pouchdb').defaults({ prefix: `${dir}/` });
	const app = need('express')();
	app.use('/', need('express-pouchdb')(PouchDB, {
		mode: 'minimumForPouchDB', configPath: `${dir}/config.json`, logPath: `${dir}/log.txt`,
	}));
	const s = app.listen(0, '127.0.0.1', () => process.send(s.address().port));
}

async function serveTus(dir) {
	const { Server } = await import(need.resolve('@tus/server'));
	const { FileStore } = await import(need.resolve('@tus/file-store'));
	const tus = new Server({ path: '/files', datastore: new FileStore({ directory: dir }) });
	const s = http.createServer(tus.handle.bind(tus));
	s.listen(0, '127.0.0.1', () => process.send(s.address().port));
}

function start(kind, dir) {
	mkdirSync(dir, { recursive: true });
	return new Promise((ok, bad) => {
		const child = fork(import.meta.filename ?? new URL(import.meta.url).pathname, [kind, dir]);
		child.once('message', (port) => ok({ child, port }));
		child.once('exit', (code) => bad(new Error(`${kind} ended: ${code}`)));
	});
}

function cpu(child) {
	const f = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return (Number(f[11]) + Number(f[12])) / 100;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: LINKS });
function ask(port, method, path, headers, body) {
	return new Promise((ok, bad) => {
		const begun = process.hrtime.bigint();
		const q = http.request({ host: '127.0.0.1', port, method, path, agent,
			headers: { 'Content-Length': body ? body.length : 0, ...headers } }, (r) => {
			r.resume();
			r.on('end', () => ok({ ms: Number(process.hrtime.bigint() - begun) / 1e6,
				status: r.statusCode, headers: r.headers }));
		});
		q.on('error', bad);
		q.end(body);
	});
}

// As large as an entry of the hub's bench, in the shape of a document.
function entry(i) {
	return { _id: i.toString(16).padStart(40, '0'), op: 'set', form: 'flying-inspection',
		path: `/data/section_${i % 25}/item_${i % 12}`, value: i % 3 ? 'conform' : 'not-conform',
		note: '原始记录有两处划改未签名，已当场询问检测员并拍照。'.repeat(1 + i % 4),
		prev: i.toString(16).padStart(64, '0'), seq: i };
}

async function pouch(dir, batch) {
	const { child, port } = await start('pouch', dir);
	await ask(port, 'PUT', '/visits');
	const bodies = [];
	for (let i = 0; i < ENTRIES; i += batch)
		bodies.push(Buffer.from(JSON.stringify({ docs: Array.from({ length: batch },
			(_, k) => entry(i + k)) })));
	const before = cpu(child), begun = Date.now(), ms = [];
	let next = 0, failed = 0;
	await Promise.all(Array.from({ length: LINKS }, async () => {
		while (next < bodies.length) {
			const a = await ask(port, 'POST', '/visits/_bulk_docs',
				{ 'Content-Type': 'application/json' }, bodies[next++]);
			ms.push(a.ms);
			failed += a.status !== 201;
		}
	}));
	const wall = (Date.now() - begun) / 1000;
	ms.sort((a, b) => a - b);
	console.log(JSON.stringify({ bench: 'hub', what: `ingest${batch}`, peer: 'express-pouchdb',
		durable: false, connections: LINKS, entries: ENTRIES, entries_per_s: Math.round(ENTRIES / wall),
		p50_ms: +ms[ms.length >> 1].toFixed(2), p99_ms: +ms[Math.floor((ms.length - 1) * 0.99)].toFixed(2),
		hub_cpu_s_per_10000: +((cpu(child) - before) * 1e4 / ENTRIES).toFixed(3), failed }));
	child.removeAllListeners('exit');
	child.kill();
}

async function tus(dir) {
	const { child, port } = await start('tus', dir);
	const before = cpu(child), rate = [];
	for (let i = 0; i < 5; i++) {
		const begun = Date.now();
		const made = await ask(port, 'POST', '/files', { 'Tus-Resumable': '1.0.0',
			'Upload-Length': FILE });
		const done = await ask(port, 'PATCH', new URL(made.headers.location).pathname,
			{ 'Tus-Resumable': '1.0.0', 'Upload-Offset': 0,
				'Content-Type': 'application/offset+octet-stream' }, Buffer.alloc(FILE, i));
		if (done.status !== 204)
			throw new Error(`PATCH: ${done.status}`);
		rate.push(FILE / 1e6 / ((Date.now() - begun) / 1000));
	}
	rate.sort((a, b) => a - b);
	console.log(JSON.stringify({ bench: 'hub', what: 'upload', peer: '@tus/server', durable: false,
		digest: false, file_mb: FILE / 1e6, mb_per_s: Math.round(rate[2]),
		hub_cpu_s: +((cpu(child) - before) / 5).toFixed(2) }));
	child.removeAllListeners('exit');
	child.kill();
}

const [, , what, arg] = process.argv;
if (what === 'pouch') {
	await servePouch(arg);
} else if (what === 'tus') {
	await serveTus(arg);
} else {
	await pouch(`${what}/p100`, 100);
	await pouch(`${what}/p10`, 10);
	await tus(`${what}/tus`);
	process.exit(0);
}
