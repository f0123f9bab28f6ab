'use strict';
// Loaded into jsii's Node processes through NODE_OPTIONS (see kernel.py); acts only in the one that runs
// cdktf, and takes itself out of the environment of whatever that one may start.

const path = require('node:path');

if (process.env.JSII_AGENT && path.basename(process.argv[1] ?? '') === 'program.js') {
  useLazyEntries();
  finishIndexBeforeExit();
  const own = /--max-semi-space-size=\d+ --require ".*?lazy_entry\.cjs"\s*/;
  process.env.NODE_OPTIONS = (process.env.NODE_OPTIONS ?? '').replace(own, '');
}

// A prebuilt provider's lib/index.js requires all of its modules (some 2,200 for AWS, 600 MiB). It ships
// lib/lazy-index.js, the same exports as getters, and does not use it. Here the package's entry resolves
// to that file; if it is not there, nothing changes.
function useLazyEntries() {
  const fs = require('node:fs');
  const Module = require('node:module');
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
