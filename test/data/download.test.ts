/** Getting data sets: from a server that behaves, and from servers that do not. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { unpack } from "../../packages/runtime/src/data/archive.ts";
import { download, type RemoteFile } from "../../packages/runtime/src/data/download.ts";
import { getData, getSet } from "../../packages/runtime/src/data/official.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { folderWith } from "../helpers/cli.ts";

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 251));
const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
const file: RemoteFile = { name: "set.bin", bytes: content.length, md5: md5(content) };

type Answer = (request: IncomingMessage, response: ServerResponse, turn: number) => void;

/** Runs with a server's address; what it was asked for stands in the list. */
async function served(answer: Answer, use: (url: string, asked: string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? "all"}`);
    answer(request, response, asked.length);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

/** What a well-behaved server says. */
function serve({ headers: { range } }: IncomingMessage, response: ServerResponse, bytes = content): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const head = { "content-length": bytes.length - start };
  if (start > 0) response.writeHead(206, { ...head, "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
  else response.writeHead(200, head);
  response.end(bytes.subarray(start));
}

const whole: Answer = (request, response) => serve(request, response);

/** Sends so many bytes of what is asked for, then cuts the connection. */
function cutAfter(length: number, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, { "content-length": content.length - start, ...(start > 0 && { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }) });
  response.write(content.subarray(start, start + length), () => response.destroy());
}

async function refused(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Failure) return `${error.finding.code}: ${error.message.replaceAll(/http:\S*\/|\/\S*\//g, "")}`;
    throw error;
  }
  return "no complaint";
}

const test = suite("download");

test("a file comes whole, with progress, and nothing else is left", () =>
  served(whole, async (url) => {
    const folder = folderWith();
    const seen: number[] = [];
    await download(`${url}set.bin`, join(folder, "new/set.bin"), file, { onProgress: (_, received) => seen.push(received) });
    assert.equal(readFileSync(join(folder, "new/set.bin")), content);
    assert.equal(readdirSync(join(folder, "new")), ["set.bin"]);
    assert.is(seen.at(-1), content.length);
    assert.equal(seen, seen.toSorted((a, b) => a - b));
  }));

test("where a connection is cut, the rest alone is asked for", () =>
  served(
    (request, response, turn) => (turn < 3 ? cutAfter(70_000, request, response) : serve(request, response)),
    async (url, asked) => {
      const path = join(folderWith(), "set.bin");
      await download(`${url}set.bin`, path, file);
      assert.equal(readFileSync(path), content);
      assert.is(asked[0], "/set.bin all");
      assert.match(asked[1] ?? "", /^\/set.bin bytes=\d+-$/);
      assert.is(asked.length, 3);
    },
  ));

test("a server that gives up is told of; what came is kept, and a later call goes on there", async () => {
  const path = join(folderWith(), "set.bin");
  await served(
    (request, response, turn) => (turn === 1 ? cutAfter(100_000, request, response) : response.destroy()),
    async (url, asked) => {
      assert.is(await refused(download(`${url}set.bin`, path, file)), "CNN7202: set.bin cannot be got: the connection ended too early");
      assert.is(asked.length, 4, "three attempts in vain");
    },
  );
  assert.not.ok(existsSync(path));
  await served(whole, async (url, asked) => {
    await download(`${url}set.bin`, path, file);
    assert.match(asked[0] ?? "", /bytes=[1-9]\d+-$/);
    assert.equal(readFileSync(path), content);
  });
});

test("a server that knows no ranges sends all again", () =>
  served(
    (request, response, turn) => (turn === 1 ? cutAfter(50_000, request, response) : response.end(content)),
    async (url) => {
      const path = join(folderWith(), "set.bin");
      await download(`${url}set.bin`, path, file);
      assert.equal(readFileSync(path), content);
    },
  ));

test("a wrong file is refused and not kept, whatever it says of its length", async () => {
  const folder = folderWith();
  const path = join(folder, "set.bin");
  const changed = Buffer.from(content);
  changed[1000] = 7;
  await served((request, response) => serve(request, response, changed), async (url) => {
    assert.is(await refused(download(`${url}set.bin`, path, file)), `CNN7203: set.bin gave another file than the data set's: its checksum (MD5) is ${md5(changed)}, not ${file.md5}`);
  });
  await served((_, response) => response.end(Buffer.concat([content, content])), async (url) => {
    assert.is(await refused(download(`${url}set.bin`, path, file)), "CNN7203: set.bin gave another file than the data set's: it has more bytes, not 200,000 bytes");
  });
  // Says that all has come when half has.
  await served((_, response) => response.writeHead(200, { "content-length": 100_000 }).end(content.subarray(0, 100_000)), async (url) => {
    assert.match(await refused(download(`${url}set.bin`, path, file)), /^CNN7203|^CNN7202: set.bin cannot be got: the connection ended too early/);
  });
  assert.not.ok(existsSync(path));
});

test("redirects are followed; errors of the server are told", async () => {
  const path = join(folderWith(), "set.bin");
  await served(
    (request, response) => (request.url === "/set.bin" ? response.writeHead(302, { location: "/elsewhere" }).end() : serve(request, response)),
    async (url) => {
      await download(`${url}set.bin`, path, file);
      assert.equal(readFileSync(path), content);
    },
  );
  await served((_, response) => response.writeHead(404, "Not Found").end("no"), async (url) => {
    assert.is(await refused(download(`${url}set.bin`, join(folderWith(), "set.bin"), file)), "CNN7202: set.bin cannot be got: the server answers 404 Not Found");
  });
  await served((_, response) => response.writeHead(302, { location: "/set.bin" }).end(), async (url) => {
    assert.match(await refused(download(`${url}set.bin`, join(folderWith(), "set.bin"), file)), /^CNN7202: set.bin cannot be got: .*redirect/);
  });
});

test("a server that falls silent is given up", () =>
  served((_, response) => void response.writeHead(200).write("x"), async (url) => {
    assert.is(await refused(download(`${url}set.bin`, join(folderWith(), "set.bin"), file, { patience: 50 })), "CNN7202: set.bin cannot be got: nothing came for 0.05 seconds");
  }));

test("no server at all", async () => {
  let gone = "";
  await served(whole, async (url) => void (gone = url));
  assert.is(await refused(download(`${gone}set.bin`, join(folderWith(), "set.bin"), file)), "CNN7202: set.bin cannot be got: its server refuses the connection");
});

test("where the folder cannot be made, that is said", () =>
  served(whole, async (url) => {
    const folder = folderWith({ file: "" });
    assert.match(await refused(download(`${url}set.bin`, join(folder, "file/set.bin"), file)), /^CNN8002: .*set.bin.part cannot be written/);
  }));

test("a name that is none", async () => assert.match(await refused(getData("cifar-10")), "CNN7201: there is no data set called cifar-10 to get; did you mean cifar10?"));

test.run();

const archives = suite("archives");

/** A file in a tar archive. */
function entry(name: string, bytes: Buffer, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(type, 156);
  header.write("ustar\0" + "00", 257);
  header.fill(" ", 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
const archive = (...entries: readonly Buffer[]): Buffer => gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
const wanted = new Map([["set/train.bin", 5000], ["set/names.txt", 100]]);
const train = Buffer.alloc(5000, 3);
const names = Buffer.from("cat\ndog\n");

/** What is taken out of an archive, or why nothing is. */
async function taken(bytes: Buffer): Promise<string> {
  const folder = folderWith({ "set.tar.gz": bytes });
  const found: string[] = [];
  const problem = await refused(unpack(join(folder, "set.tar.gz"), wanted, (name, part) => found.push(`${name} ${part.length} ${part[0]}`)));
  return problem === "no complaint" ? found.join(", ") : problem;
}

archives("the files that are wanted are taken, wherever they stand, and no others", async () => {
  const entries = [entry("set/", Buffer.alloc(0), "5"), entry("set/readme.html", Buffer.alloc(700)), entry("set/train.bin", train), entry("../../escape.bin", train), entry("/etc/passwd", names), entry("./set/names.txt", names)];
  assert.is(await taken(archive(...entries)), "set/train.bin 5000 3, set/names.txt 8 99");
});

archives("a link of a wanted name is no file", async () => {
  assert.is(await taken(archive(entry("set/train.bin", Buffer.alloc(0), "2"), entry("set/names.txt", names))), "CNN7204: set.tar.gz: it lacks set/train.bin");
});

archives("what is missing, too large or damaged is told", async () => {
  assert.is(await taken(archive(entry("set/train.bin", train))), "CNN7204: set.tar.gz: it lacks set/names.txt");
  assert.is(await taken(archive(entry("set/names.txt", Buffer.alloc(101)))), "CNN7204: set.tar.gz: set/names.txt in it has 101 bytes, more than the 100 that it can have");
  const damaged = entry("set/train.bin", train);
  damaged[0] = 65;
  assert.is(await taken(archive(damaged)), "CNN7204: set.tar.gz: a header in it is damaged");
  const packed = archive(entry("set/train.bin", train), entry("set/names.txt", names));
  assert.is(await taken(packed.subarray(0, packed.length - 20)), "CNN7204: set.tar.gz: its packed bytes are damaged, or end too early");
  assert.is(await taken(Buffer.from("not packed")), "CNN7204: set.tar.gz: its packed bytes are damaged, or end too early");
});

archives("a small file that unpacks to more than it may is left", async () => {
  assert.is(await taken(archive(entry("set/zeros", Buffer.alloc(20_000_000)))), "CNN7204: set.tar.gz: it holds more than the files that are wanted");
});

archives("a set's archive is got, unpacked and removed; a second call has nothing to do", async () => {
  const packed = archive(entry("set/train.bin", train), entry("set/names.txt", names));
  const set = { base: "", files: [{ name: "set.tar.gz", bytes: packed.length, md5: md5(packed) }], inside: wanted, classes: ["cat", "dog"] };
  await served((request, response) => serve(request, response, Buffer.from(packed)), async (url, asked) => {
    const folder = join(folderWith(), "data");
    assert.is(await getSet(set, folder, url, {}), true);
    assert.equal(readdirSync(folder).toSorted(), ["classes.txt", "names.txt", "train.bin"]);
    assert.equal(readFileSync(join(folder, "train.bin")), train);
    assert.is(await getSet(set, folder, url, {}), false);
    assert.is(asked.length, 1);
  });
});

archives("files that are there and whole are not got again, damaged ones are", async () => {
  const set = { base: "", files: [file] };
  await served(whole, async (url, asked) => {
    const folder = folderWith({ "set.bin": content });
    assert.is(await getSet(set, folder, url, {}), false);
    writeFileSync(join(folder, "set.bin"), content.subarray(1));
    assert.is(await getSet(set, folder, url, {}), true);
    assert.equal(readFileSync(join(folder, "set.bin")), content);
    assert.is(asked.length, 1);
  });
});

archives.run();
