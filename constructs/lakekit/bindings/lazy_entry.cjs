'use strict';
// Loaded into jsii's Node process through NODE_OPTIONS (see kernel.py), and takes itself out of the environment
// of whatever that one may start.

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const OWN = /--max-semi-space-size=\d+ --preserve-symlinks --require ".*?lazy_entry\.cjs"\s*/;

if (process.env.JSII_AGENT) {
  const main = path.basename(process.argv[1] ?? '');
  // Where jsii is laid out in another way than here expected, it starts its second process as it always does,
  // and what follows acts in that one.
  if (main === 'program.js' || (main === 'jsii-runtime.js' && runKernelHere())) {
    useLazyEntries();
    leaveOutStackTraces();
    finishIndexBeforeExit();
    process.env.NODE_OPTIONS = (process.env.NODE_OPTIONS ?? '').replace(OWN, '');
  }
}

// jsii's entry starts a second Node with the kernel (`lib/program.js`), which talks on descriptor 3, and passes
// each message on in both directions: two more hops for each of some thousand calls, and a start of Node more.
// Here the entry resolves to the kernel itself, 3 is standard input and output, and what JavaScript prints goes
// to standard error in the form that Python's side expects of the entry. `--preserve-symlinks`, which the entry
// gives to the second Node, stands in NODE_OPTIONS.
function runKernelHere() {
  const entry = process.argv[1];
  const kernel = path.join(path.dirname(entry), '..', 'lib', 'program.js');
  if (!fs.existsSync(kernel) || !fs.readFileSync(kernel, 'utf8').includes('readFD:3,writeFD:3')) return false;

  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, ...rest) {
    return isMain ? kernel : resolveFilename.call(this, request, parent, isMain, ...rest);
  };
  process.argv[1] = kernel;
  // jsii looks here whether it may link its packages, or has to copy thousands of files.
  process.execArgv.push('--preserve-symlinks');

  const { readSync, writeSync } = fs;
  fs.readSync = (descriptor, ...rest) => readSync(descriptor === 3 ? 0 : descriptor, ...rest);
  fs.writeSync = (descriptor, ...rest) => writeSync(descriptor === 3 ? 1 : descriptor, ...rest);

  const relay = (stream) => (chunk, encoding, done) => {
    const bytes = Buffer.from(chunk, typeof encoding === 'string' ? encoding : undefined);
    writeWhole(Buffer.from(`${JSON.stringify({ [stream]: bytes.toString('base64') })}\n`));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  process.stdout.write = relay('stdout');
  process.stderr.write = relay('stderr');
  // Warnings of Node's own do not go through the stream.
  process._rawDebug = (...words) => void process.stderr.write(`${require('node:util').format(...words)}\n`);
  return true;

  function writeWhole(bytes) {
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(2, bytes, sent);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    }
  }
}

// Each token of cdktf keeps the whole stack it was made on: frames of jsii's kernel, which say nothing to
// whoever writes Python. cdktf asks for them without a limit, and only there.
function leaveOutStackTraces() {
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = (object, below) => {
    if (Error.stackTraceLimit !== Number.MAX_SAFE_INTEGER) capture(object, below);
  };
}

// A prebuilt provider's lib/index.js requires all of its modules (some 2,200 for AWS, 600 MiB). It ships
// lib/lazy-index.js, the same exports as getters, and does not use it. Here the package's entry resolves
// to that file; if it is not there, nothing changes.
function useLazyEntries() {
  const provider = /^@(?:cdktf|cdktn)\/provider-[\w-]+$/;
  const eager = path.join('lib', 'index.js');
  const resolveFilename = Module._resolveFilename;

  Module._resolveFilename = function (request, ...rest) {
    const file = resolveFilename.call(this, request, ...rest);
    if (!provider.test(request) || !file.endsWith(eager)) return file;
    const lazy = path.join(path.dirname(file), 'lazy-index.js');
    return fs.existsSync(lazy) ? lazy : file;
  };
}

// On first sight of a package jsii builds an index of it in a worker thread, and kills that thread when it
// is told to exit. A synth that takes less time than the index would therefore stay slow for ever.
function finishIndexBeforeExit() {
  const threads = require('node:worker_threads');
  const building = new Set();
  const Worker = threads.Worker;

  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, options);
      if (!String(file).includes('runtime-index')) return;
      const ended = new Promise((resolve) => this.once('exit', resolve));
      building.add(ended);
      ended.then(() => building.delete(ended));
    }
  };

  const exit = process.exit.bind(process);
  process.exit = (code) => (building.size ? void Promise.all(building).then(() => exit(code)) : exit(code));
}
