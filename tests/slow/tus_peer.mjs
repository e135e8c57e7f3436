// SPDX-License-Identifier: Apache-2.0
// The peer on the same link: tus-js-client to @tus/server.
//   node tus_peer.mjs serve DIR ADDRESS       prints "listening ADDRESS:PORT"
//   node tus_peer.mjs send URL FILE...        one after the other, as it comes
// Modules come from NODE_PATH-like PEERS (a folder with node_modules).
import { createRequire } from "node:module";
import fs from "node:fs";

const require = createRequire((process.env.PEERS || ".") + "/package.json");
const [verb, ...rest] = process.argv.slice(2);

async function load(name) {
	try {
		return require(name);
	} catch {
		return import(require.resolve(name));
	}
}

async function serve(dir, address) {
	const { Server } = await load("@tus/server");
	const { FileStore } = await load("@tus/file-store");
	const server = new Server({ path: "/files", datastore: new FileStore({ directory: dir }) });
	const listener = server.listen({ host: address, port: 0 }, () =>
		console.log(`listening ${address}:${listener.address().port}`));
}

async function send(url, files) {
	const tus = await load("tus-js-client");
	for (const file of files) {
		await new Promise((done, fail) => {
			const retries = new Array(1000).fill(1000);
			const upload = new tus.Upload(fs.createReadStream(file), {
				endpoint: url, uploadSize: fs.statSync(file).size, chunkSize: Infinity,
				retryDelays: retries, onSuccess: done, onError: fail,
			});
			upload.start();
		});
		console.error(file);
	}
}

await (verb === "serve" ? serve(...rest) : send(rest[0], rest.slice(1)));
