/**
 * Gets a file over HTTP so that it is whole or not there: what arrives goes into a file of another name beside it, from which a later
 * attempt goes on, and which gets its name when size and checksum are right.
 */

import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runProblems } from "../codes.ts";
import { fail, Failure } from "../failure.ts";
import { reasonOf } from "../run/files.ts";
import { grouped } from "../numbers.ts";
import { downloadProblems } from "./codes.ts";

export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  readonly md5: string;
}

export interface DownloadOptions {
  /** Called as bytes arrive, with those that are here already. */
  readonly onProgress?: (file: RemoteFile, received: number) => void;
  /** Milliseconds without a byte after which a server counts as gone. */
  readonly patience?: number;
}

/** Attempts in a row that bring no new byte. */
const vainAttempts = 3;

/** Whether a file is there and is the one that is meant. */
export const isWhole = async (path: string, file: RemoteFile): Promise<boolean> => existsSync(path) && statSync(path).size === file.bytes && (await md5Of(path)) === file.md5;

/**
 * Gets a file, or what is missing of it.
 *
 * @param url Where it is.
 * @param path Where it goes; its folder is made where it is missing.
 * @throws Failure CNN7202 where it cannot be got (what arrived is kept), CNN7203 where another file comes, CNN8002 where it cannot be
 * written.
 */
export async function download(url: string, path: string, file: RemoteFile, options: DownloadOptions = {}): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.part`);
  for (let vain = 0; sizeOf(part) < file.bytes; ) {
    const before = sizeOf(part);
    try {
      await receive(url, part, file, options);
    } catch (error) {
      if (error instanceof Failure) throw error;
      vain = sizeOf(part) > before ? 0 : vain + 1;
      if (vain === vainAttempts) fail(downloadProblems.unreachable({ url, why: whyOf(error) }));
    }
  }
  const found = await md5Of(part);
  if (found !== file.md5) refuse(url, part, `its checksum (MD5) is ${found}`, file.md5);
  writing(path, () => renameSync(part, path));
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Asks once for what is missing and appends what comes. */
async function receive(url: string, part: string, file: RemoteFile, { onProgress, patience = 30_000 }: DownloadOptions): Promise<void> {
  const had = sizeOf(part);
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(new Error(`nothing came for ${patience / 1000} seconds`)), patience);
  try {
    const response = await fetch(url, { signal: silence.signal, ...(had > 0 && { headers: { range: `bytes=${had}-` } }) });
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
    // A server that knows no ranges sends all of it again.
    const start = response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${had}-`) ? had : 0;
    let received = start;
    const descriptor = writing(part, () => {
      mkdirSync(dirname(part), { recursive: true });
      return openSync(part, had > 0 ? "r+" : "w");
    });
    try {
      writing(part, () => ftruncateSync(descriptor, start));
      for await (const chunk of response.body) {
        if (received + chunk.length > file.bytes) refuse(url, part, "it has more bytes", `${grouped(file.bytes)} bytes`);
        let written = 0;
        while (written < chunk.length) written += writing(part, () => writeSync(descriptor, chunk, written, chunk.length - written, received + written));
        received += chunk.length;
        onProgress?.(file, received);
        timer = timer.refresh();
      }
    } finally {
      closeSync(descriptor);
    }
    if (received < file.bytes) throw new Error("the connection ended too early");
  } finally {
    clearTimeout(timer);
  }
}

function refuse(url: string, part: string, found: string, needed: string): never {
  rmSync(part, { force: true });
  return fail(downloadProblems.wrongFile({ url, found, needed }));
}

/** What `fetch` says is "fetch failed"; the cause says why. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "its server is not found; is there a network?",
  EAI_AGAIN: "its server is not found; is there a network?",
  ECONNREFUSED: "its server refuses the connection",
  ECONNRESET: "the connection ended too early",
  UND_ERR_SOCKET: "the connection ended too early",
  ENETUNREACH: "there is no network",
  EHOSTUNREACH: "its server cannot be reached",
  ETIMEDOUT: "its server does not answer",
  UND_ERR_CONNECT_TIMEOUT: "its server does not answer",
};

function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    return fail(runProblems.writeFailed({ path, why: reasonOf(error) }));
  }
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
