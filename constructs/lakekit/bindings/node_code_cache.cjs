'use strict';
// Keeps what V8 has compiled of jsii's kernel, cdktf and the providers in one file, for the next run.
//
// An entry belongs to the exact text of a module, has a digest of its own, and V8 checks that it was compiled by the same
// release with the same flags. What does not match is compiled as usual. The file is replaced as a whole, so that runs at
// the same time do not disturb each other; what one of them has not written, the next run adds. Compiled code is run without
// further checks: the file is used only if no other user can write it.
//
// V8 compiles a function when it is first called, so a short run leaves entries without most functions. A run that works
// more than twice as long as the one that wrote an entry replaces it.

const crypto = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const FORMAT = 1;
const LIMIT = 64 * 1024 * 1024; // bytes; when exceeded, only what the last run has used is kept
const SOURCE_MAP = '\n//# sourceMappingURL=data:';
const IMPORT = /\bimport\s*\(/;

// Returns a function that runs a module like Module.prototype._compile, or undefined where nothing can be cached.
exports.open = function (folder) {
  const options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  if (!folder || typeof Module.wrap !== 'function' || /--(?:enable-source-maps|inspect|experimental-policy)/.test(options)) return;
  const flags = digest(options.replace(/--require "[^"]*node_hook\.cjs"/, '')).slice(0, 8);
  const file = path.join(folder, `${process.version}-${process.versions.v8}-${process.arch}-${flags}.bin`);
  const stored = read(file);
  const used = new Map();
  process.on('exit', () => write(file, stored, used));

  return function run(module, content, filename) {
    if (IMPORT.test(content)) return; // needs Node's own loader
    const text = Module.wrap(withoutSourceMap(content));
    const key = digest(text);
    const cachedData = stored.find(key);
    const script = new Script(text, { filename, cachedData });
    used.set(key, { script, isNew: !cachedData || script.cachedDataRejected, work: stored.work(key) });
    const compiled = script.runInThisContext();
    Reflect.apply(compiled, module.exports, [module.exports, requireOf(module), module, filename, path.dirname(filename)]);
    return true;
  };
};

function withoutSourceMap(content) {
  const start = content.lastIndexOf(SOURCE_MAP);
  return start >= 0 && content.indexOf('\n', start + 1) < 0 ? content.slice(0, start + 1) : content;
}

function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

// The file: a line of JSON with the place and the digest of each entry, then the entries.
function read(file) {
  let index = {};
  let bytes = Buffer.alloc(0);
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      if (isPrivate(fs.fstatSync(descriptor))) bytes = fs.readFileSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    const end = bytes.indexOf(10);
    const header = JSON.parse(bytes.toString('latin1', 0, end));
    if (header.format === FORMAT) index = header.entries;
    bytes = bytes.subarray(end + 1);
  } catch {} // missing or damaged
  const find = (key) => {
    if (!Object.hasOwn(index, key) || !Array.isArray(index[key])) return;
    const [start, length, expected] = index[key];
    const entry = bytes.subarray(start, start + length);
    if (entry.length > 0 && entry.length === length && digest(entry) === expected) return entry;
    delete index[key];
  };
  return { find, work: (key) => index[key]?.[3] ?? 0, keys: () => Object.keys(index) };
}

function write(file, stored, used) {
  const done = Math.round(process.cpuUsage().user / 1000);
  const isDue = ({ isNew, work }) => isNew || done > 2 * work + 1000;
  if (process.env.CI || ![...used.values()].some(isDue)) return;
  const temporary = `${file}.${process.pid}`;
  try {
    const entries = new Map();
    const work = {};
    for (const [key, one] of used) {
      entries.set(key, isDue(one) ? one.script.createCachedData() : stored.find(key));
      work[key] = isDue(one) ? done : one.work;
    }
    const total = () => [...entries.values()].reduce((sum, entry) => sum + entry.length, 0);
    if (total() < LIMIT) {
      const others = new Map(entries);
      for (const key of stored.keys()) if (!others.has(key)) others.set(key, stored.find(key));
      for (const [key, entry] of others) if (entry && total() + entry.length < LIMIT) entries.set(key, entry);
    }
    const index = {};
    let start = 0;
    for (const [key, entry] of entries) {
      index[key] = [start, entry.length, digest(entry), work[key] ?? stored.work(key)];
      start += entry.length;
    }
    const header = Buffer.from(`${JSON.stringify({ format: FORMAT, entries: index })}\n`);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(temporary, Buffer.concat([header, ...entries.values()]), { flag: 'wx', mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch {
    // The folder cannot be written, or the disk is full.
    try {
      fs.unlinkSync(temporary);
    } catch {}
  }
}

// Windows has no such permissions; the folder lies in the user's profile.
function isPrivate({ uid, mode }) {
  return process.platform === 'win32' || (uid === process.getuid() && (mode & 0o022) === 0);
}

function digest(data) {
  return crypto.createHash('sha1').update(data).digest('hex');
}
