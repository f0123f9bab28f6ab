'use strict';
// Changes to the source of cdktf and of jsii's kernel as it is loaded, for speed; the synthesized JSON stays the same. Each
// names what it replaces. A release with other code is left alone.

const Module = require('node:module');
const path = require('node:path');

const CHANGES = [
  {
    // cdktf resolves every value of a configuration three times, and makes a context of closures for each. A string
    // without a token, and a boolean, resolve to themselves. `prefix` is the depth, which cdktf limits.
    hook: 'plain_values',
    file: path.join('lib', 'tokens', 'private', 'resolve.js'),
    replace: [
      [
        'const resolvedKey = makeContext()[0].resolve(key);',
        'const resolvedKey = lakekitIsPlain(key, prefix) ? key : makeContext()[0].resolve(key);',
      ],
      [
        'const value = makeContext(key)[0].resolve(obj[key]);',
        'const given = obj[key]; ' +
          'const value = lakekitIsPlain(given, prefix) ? given : makeContext(key)[0].resolve(given);',
      ],
      [
        '.map((x, i) => makeContext(`${i}`)[0].resolve(x))',
        '.map((x, i) => (lakekitIsPlain(x, prefix) ? x : makeContext(`${i}`)[0].resolve(x)))',
      ],
    ],
    // Encoded numbers look like -1.8881545897087505e+289.
    append: `
function lakekitIsPlain(value, prefix) {
    if (prefix.length > 190) return false;
    if (typeof value === "boolean") return true;
    return typeof value === "string" && !value.includes("{TfToken[") && !/[-|\\d.+]e[-|\\d.eE+]/.test(value)
        && value !== token_1.Token.STRING_MAP_TOKEN_VALUE && value !== token_1.Token.ANY_MAP_TOKEN_VALUE;
}
`,
  },
  {
    // Every token records the JavaScript stack of its creation, for error messages about Python programs.
    hook: 'token_stacks',
    file: path.join('lib', 'tokens', 'private', 'stack-trace.js'),
    replace: [['below = below || captureStackTrace; // hide myself if nothing else', 'return [];']],
    append: '',
  },
  {
    // Before jsii uses an unpacked package, it reads the whole archive (37 MB for AWS) to compare its hash, in parts of
    // 16 KiB, each in a new buffer that is filled with zeros.
    hook: 'archive_digest',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [['const m=Buffer.alloc(16384);', 'const m=Buffer.allocUnsafeSlow(262144);']],
    append: '',
  },
];

// Calls `report` with the file of a change that cannot be made.
exports.install = function (disabled, report) {
  const changes = CHANGES.filter((change) => !disabled.includes(change.hook));
  const compile = Module.prototype._compile;
  if (typeof compile !== 'function') {
    report(`Node ${process.version} does not have module._compile`);
    return;
  }
  Module.prototype._compile = function (content, filename, ...rest) {
    const change = changes.find(({ file }) => filename.endsWith(file));
    return compile.call(this, change ? apply(change, content, report) : content, filename, ...rest);
  };
};

function apply(change, content, report) {
  if (change.replace.some(([found]) => content.split(found).length !== 2)) {
    report(`${change.package ?? 'cdktf'} does not have the expected ${change.file}`);
    return content;
  }
  return change.replace.reduce((text, [found, by]) => text.replace(found, () => by), content) + change.append;
}
