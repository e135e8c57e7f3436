// SPDX-License-Identifier: Apache-2.0
// tus-js-client against a hub, over a link that resets every connection after so many
// bytes.  One line of TAP a check.
//	node tus.mjs HUB TOKEN EVIDENCE FILE	EVIDENCE: path at the hub of what FILE is
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import http from 'node:http';
import net from 'node:net';

const need = createRequire(process.env.PEERS ? `${process.env.PEERS}/x.js` : import.meta.url);
const { Upload } = need('tus-js-client');
const [, , hub, token, evidence, name] = process.argv;
const [host, port] = hub.replace('http://', '').split(':');
const auth = { Authorization: `Bearer ${token}` };
let count = 0, resets = 0;

function check(what, ok, why = '') {
	console.log(`${ok ? 'ok' : 'not ok'} ${++count} - ${what}`);
	if (!ok) {
		console.log(`# ${why}`);
		process.exitCode = 1;
	}
}

// Resets a connection after `most` bytes up; Infinity: never.
function link(most) {
	const s = net.createServer((a) => {
		const b = net.connect(Number(port), host);
		let n = 0;
		const end = () => { a.resetAndDestroy(); b.resetAndDestroy(); };
		a.on('data', (d) => {
			n += d.length;
			if (n <= most) {
				b.write(d);
				return;
			}
			resets++;
			b.write(d.subarray(0, Math.max(0, d.length - (n - most))), end);
		});
		b.on('data', (d) => a.write(d));
		a.on('error', end).on('close', () => b.end());
		b.on('error', end).on('close', () => a.end());
	});
	return new Promise((ok) => s.listen(0, '127.0.0.1', () => ok(s)));
}

function upload(at, data, path, more = {}) {
	return new Promise((ok, bad) => {
		let furthest = 0, back = 0;
		const u = new Upload(data, {
			endpoint: `http://127.0.0.1:${at}${path}`, headers: auth, retryDelays: Array(60).fill(5),
			onProgress: (n) => {
				back += n < furthest - (1 << 20);
				furthest = Math.max(furthest, n);
			},
			onError: bad, onSuccess: () => ok({ url: u.url, back }), ...more,
		});
		u.start();
	});
}

function ask(method, path, headers = {}) {
	return new Promise((ok, bad) => {
		http.request({ host, port, method, path, headers: { ...auth, 'Tus-Resumable': '1.0.0', ...headers } },
			(r) => {
				const part = [];
				r.on('data', (d) => part.push(d));
				r.on('end', () => ok({ status: r.statusCode, h: r.headers, body: Buffer.concat(part) }));
			}).on('error', bad).end();
	});
}

const data = readFileSync(name);
const whole = await link(Infinity), cut = await link(300000);
const path = (url) => new URL(url).pathname;

const a = await upload(whole.address().port, data.subarray(0, 1 << 20), '/v1/files',
	{ metadata: { filename: '照片.jpg' } });
const head = await ask('HEAD', path(a.url));
check('a scratch upload', head.h['upload-offset'] === String(1 << 20) && head.h['upload-metadata'] !== undefined);
await Upload.terminate(a.url, { headers: auth });
check('and its end', (await ask('HEAD', path(a.url))).status === 404);

const b = await upload(cut.address().port, data, '/v1/files', { chunkSize: 1000000 });
check('a scratch upload over a link that is cut', (await ask('HEAD', path(b.url))).h['upload-offset'] ===
	String(data.length));
check('it was cut', resets >= Math.floor(data.length / 300000), `${resets}`);

resets = 0;
const c = await upload(cut.address().port, data, evidence, { uploadUrl: null });
const done = await ask('HEAD', evidence);
check('evidence in one request over the same link', path(c.url) === evidence &&
	done.h['upload-offset'] === String(data.length) && done.h['feijian-receipt'] !== undefined);
check('it never began again', resets >= Math.floor(data.length / 300000) && c.back === 0, `${resets} ${c.back}`);
check('it is what was sent', (await ask('GET', evidence)).body.equals(data));
const again = await upload(whole.address().port, data, evidence).then(() => true, (e) => String(e));
check('sent once more it is there', again === true, again);
process.exit();
