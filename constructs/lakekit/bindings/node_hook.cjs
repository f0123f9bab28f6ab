'use strict';
// Loaded into jsii's Node processes through NODE_OPTIONS (see kernel.py).

const Module = require('node:module');
const fs = require('node:fs');
const path = require('node:path');

const OWN_OPTIONS = /--preserve-symlinks --require "[^"]*node_hook\.cjs"\s*/;
const PACKAGE = /^(?:constructs|cdktf|cdktn|@(?:cdktf|cdktn)\/.+)$/;
const PROVIDER = /^@(?:cdktf|cdktn)\/provider-[\w-]+$/;
const ENTRY = path.join('lib', 'index.js');

const disabled = (process.env.LAKEKIT_DISABLED_HOOKS ?? '').split(',');
let reported = false;

if (!require('node:worker_threads').isMainThread) {
  // jsii builds its index of a package in a worker, which loads no packages.
} else if (typeof Module._resolveFilename === 'function') {
  if (!disabled.includes('lazy_node')) useLazyEntries();
  if (!disabled.includes('one_process')) useOneProcess();
  require(path.join(__dirname, 'node_sources.cjs')).install(disabled, report);
} else if (!isKernel()) {
  report(`Node ${process.version} does not have module._resolveFilename`);
}

// lib/index.js of a prebuilt provider requires all of its modules (some 2,200 for AWS, 600 MiB). The package also ships
// lib/lazy-index.js, the same exports as getters, and does not use it. Here the package's entry resolves to that file.
function useLazyEntries() {
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    const file = resolveFilename.call(this, request, ...rest);
    if (!PACKAGE.test(request)) return file;
    forgetOwnOptions();
    return PROVIDER.test(request) ? lazyEntry(request, file) : file;
  };
}

function lazyEntry(provider, file) {
  const folder = path.dirname(file);
  const lazy = path.join(folder, 'lazy-index.js');
  if (file.endsWith(ENTRY) && fs.existsSync(lazy)) return lazy;
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, '..', 'package.json'), 'utf8'));
  report(`${provider} ${version} does not have lib/lazy-index.js`);
  return file;
}

// jsii's entry (bin/jsii-runtime.js) starts a second Node with the kernel (lib/program.js), which communicates on
// descriptor 3, and relays every message in both directions: two more hops for each of some thousand calls, and one more
// start of Node. Here the entry resolves to the kernel, descriptor 3 is standard input and output, and what JavaScript
// prints goes to standard error in the format that Python expects of the entry. A runtime with another layout is left
// alone and runs as two processes.
function useOneProcess() {
  if (!process.env.JSII_AGENT || isKernel()) return;
  const entry = process.argv[1] ?? '';
  const kernel = path.join(path.dirname(entry), '..', 'lib', 'program.js');
  const known = path.basename(entry) === 'jsii-runtime.js' && fs.existsSync(kernel);
  if (!known || !fs.readFileSync(kernel, 'utf8').includes('readFD:3,writeFD:3')) {
    report(`jsii ${jsiiVersion()} does not have the expected bin/jsii-runtime.js and lib/program.js`);
    return;
  }

  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, ...rest) {
    return isMain ? kernel : resolveFilename.call(this, request, parent, isMain, ...rest);
  };
  process.argv[1] = kernel;
  // With this option jsii links its packages instead of copying thousands of files; it looks for it here.
  process.execArgv.push('--preserve-symlinks');

  const { readSync, writeSync } = fs;
  fs.readSync = (descriptor, ...rest) => readSync(descriptor === 3 ? 0 : descriptor, ...rest);
  fs.writeSync = (descriptor, ...rest) => writeSync(descriptor === 3 ? 1 : descriptor, ...rest);

  const relay = (stream) => (chunk, encoding, done) => {
    const bytes = Buffer.from(chunk, typeof encoding === 'string' ? encoding : undefined);
    writeAll(Buffer.from(`${JSON.stringify({ [stream]: bytes.toString('base64') })}\n`));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  process.stdout.write = relay('stdout');
  process.stderr.write = relay('stderr');
  // Warnings of Node itself bypass the stream.
  process._rawDebug = (...words) => void process.stderr.write(`${require('node:util').format(...words)}\n`);

  function writeAll(bytes) {
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(2, bytes, sent);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    }
  }
}

function jsiiVersion() {
  const packages = path.dirname(process.env.LAKEKIT_JSII_FOLDER ?? '');
  const [, version] = fs.readdirSync(packages).map((name) => /^jsii-(.+)\.dist-info$/.exec(name)).find(Boolean) ?? [];
  return version ?? '';
}

function isKernel() {
  return path.basename(process.argv[1] ?? '') === 'program.js';
}

// jsii's kernel loads packages; processes that it starts need no hook.
function forgetOwnOptions() {
  if (process.env.NODE_OPTIONS) process.env.NODE_OPTIONS = process.env.NODE_OPTIONS.replace(OWN_OPTIONS, '');
}

function report(missing) {
  if (reported) return;
  reported = true;
  const message =
    `lakekit: ${missing}. Synthesis is correct but slow. Fix: install a release that lakekit supports ` +
    '(`pip install --upgrade lakekit`); LAKEKIT_STOCK_BINDINGS=1 silences this message.\n';
  // Python expects JSON on the standard error of jsii's entry.
  const toPython = process.env.JSII_AGENT && !isKernel();
  process.stderr.write(toPython ? `${JSON.stringify({ stderr: Buffer.from(message).toString('base64') })}\n` : message);
}
