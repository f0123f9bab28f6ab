'use strict';
// Changes to the source of cdktf and of jsii's kernel as it is loaded, for speed; the synthesized JSON stays the same. Each
// names what it replaces. A release with other code is left alone. The kernel answers its first message before what is
// appended has been carried out, except functions; variables that it needs are prepended, in the first line.

const Module = require('node:module');
const path = require('node:path');

const FURTHER = ['node_lazy_packages.cjs', 'node_kernel.cjs', 'node_prepared.cjs'].flatMap(
  (file) => require(path.join(__dirname, file)).CHANGES,
);

const CHANGES = [
  {
    // cdktf resolves every value of a configuration three times, and makes a context of closures and a path for each. Plain
    // values (texts without a token, booleans, small integers) resolve to themselves, and what contains only lists, objects
    // and plain values needs no context: contexts differ from each other by what a token has set.
    hook: 'plain_values',
    file: path.join('lib', 'tokens', 'private', 'resolve.js'),
    replace: [
      [
        'const resolvedKey = makeContext()[0].resolve(key);',
        'const resolvedKey = lakekitIsPlain(key) ? key : makeContext()[0].resolve(key);',
      ],
      ['const value = makeContext(key)[0].resolve(obj[key]);', 'const value = lakekitResolve(obj[key], options, { keys: prefix, depth: prefix.length }, key);'],
      ['.map((x, i) => makeContext(`${i}`)[0].resolve(x))', '.map((x, i) => lakekitResolve(x, options, { keys: prefix, depth: prefix.length }, `${i}`))'],
    ],
    // Encoded numbers look like -1.8881545897087505e+289. cdktf limits the depth to 200.
    append: `
function lakekitIsPlain(value) {
    return typeof value === "string" ? !value.includes("{TfToken[") && !/[-|\\d.+]e[-|\\d.eE+]/.test(value)
        && value !== token_1.Token.STRING_MAP_TOKEN_VALUE && value !== token_1.Token.ANY_MAP_TOKEN_VALUE
        : typeof value === "boolean" || value === null || value === undefined
        || typeof value === "number" && Number.isSafeInteger(value) && value !== token_1.Token.NUMBER_MAP_TOKEN_VALUE;
}
function lakekitResolve(value, options, parent, key) {
    if (parent.depth < 190) {
        if (lakekitIsPlain(value)) return value;
        const path = { parent, key, depth: parent.depth + 1 };
        if (Array.isArray(value)) {
            if (!value.some(lakekitIsListToken)) {
                const result = [];
                for (let i = 0; i < value.length; i++) {
                    const resolved = lakekitResolve(value[i], options, path, i);
                    if (resolved !== undefined) result.push(resolved);
                }
                return result;
            }
        } else if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype
            && typeof value.resolve !== "function" && !isConstruct(value)) {
            const keys = Object.keys(value);
            if (keys.every(lakekitIsPlain)) {
                const result = {};
                for (const one of keys) {
                    const resolved = lakekitResolve(value[one], options, path, one);
                    if (resolved !== undefined) result[one] = resolved;
                }
                return result;
            }
        }
    }
    return resolve(value, { ...options, prefix: lakekitPrefix(parent).concat([String(key)]) });
}
function lakekitPrefix({ keys, parent, key }) {
    return keys ?? lakekitPrefix(parent).concat([String(key)]);
}
function lakekitIsListToken(value) {
    return (typeof value === "string" || typeof value === "number") && !lakekitIsPlain(value);
}
`,
  },
  {
    // A stack resolves its elements, and then all of them again with the metadata and the overrides of the stack. When the
    // overrides are plain values, only the metadata is left to resolve.
    hook: 'plain_values',
    file: path.join('cdktf', 'lib', 'terraform-stack.js'),
    replace: [
      [
        'return (0, _tokens_1.resolve)(this, tf);',
        'if (!lakekitIsPlainTree(this.rawOverrides)) return (0, _tokens_1.resolve)(this, tf);\n' +
          '        tf["//"] = (0, _tokens_1.resolve)(this, tf["//"]);\n' +
          '        return tf;',
      ],
    ],
    append: `
function lakekitIsPlainTree(value) {
    if (typeof value === "string") return !/TfToken\\[|Map Token Value|[-|\\d.+]e[-|\\d.eE+]/.test(value);
    if (Array.isArray(value)) return value.every(lakekitIsPlainTree);
    if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
        return Object.entries(value).every(([key, one]) => key !== "//" && lakekitIsPlainTree(key) && lakekitIsPlainTree(one));
    }
    return typeof value === "boolean" || typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
`,
  },
  {
    // Each resource converts the names of its arguments, four times with six regular expressions in all.
    hook: 'plain_values',
    file: path.join('cdktf', 'lib', 'util.js'),
    replace: [
      [
        'function snakeCase(str) {',
        'function snakeCase(str) {\n' +
          '    let name = lakekitNames.get(str);\n' +
          '    if (name === undefined) lakekitNames.set(str, (name = lakekitSnakeCase(str)));\n' +
          '    return name;\n' +
          '}\n' +
          'function lakekitSnakeCase(str) {',
      ],
    ],
    append: '\nconst lakekitNames = new Map();\n',
  },
  {
    // Every token records the JavaScript stack of its creation, for error messages about Python programs.
    hook: 'token_stacks',
    file: path.join('lib', 'tokens', 'private', 'stack-trace.js'),
    replace: [['below = below || captureStackTrace; // hide myself if nothing else', 'return [];']],
    append: '',
  },
  {
    // Attributes of a new resource, sent with the answer to its creation (see attributes.py). The first use of a logical id
    // fixes it, so that overrideLogicalId has no effect afterwards; here it is read without that. An attribute whose
    // getter fails, or calls Python, is left out.
    hook: 'attributes',
    file: path.join('cdktf', 'lib', 'terraform-element.js'),
    replace: [
      [
        'get friendlyUniqueId() {',
        'get friendlyUniqueId() { if (globalThis.lakekitReading && !this._friendlyUniqueId) ' +
          'return this._logicalIdOverride || this.cdktfStack.getLogicalId(this);',
      ],
    ],
    append: '\nglobalThis.lakekitReading = false;\n',
  },
  {
    hook: 'attributes',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [['findApi(e){', 'findApi(e){if(e==="create")return lakekitCreate;']],
    append: `
function lakekitCreate(request) {
    const created = this.create(request);
    const wanted = request["lakekit.attributes"];
    if (!wanted || globalThis.lakekitReading !== false) return created;
    const attributes = {};
    const callback = this.callbackHandler;
    this.callbackHandler = () => { throw new Error("an attribute calls Python"); };
    globalThis.lakekitReading = true;
    try {
        for (const property of wanted) {
            try {
                const { value } = this.get({ objref: created, property });
                if (typeof value === "string") attributes[property] = value;
            } catch {}
        }
    } finally {
        globalThis.lakekitReading = false;
        this.callbackHandler = callback;
    }
    return { "lakekit.created": created, "lakekit.attributes": attributes };
}
`,
  },
  {
    // Before jsii uses an unpacked package, it reads the whole archive (37 MB for AWS) to compare its hash, in parts of
    // 16 KiB, each in a new buffer that is filled with zeros. Who unpacks an archive can keep a part; the hash does not.
    hook: 'archive_digest',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [
      ['return readFileChunks(e,()=>{},...p)', 'return readFileChunks(e,lakekitIgnore,...p)'],
      [
        'const m=Buffer.alloc(16384);',
        'const m=p===lakekitIgnore?lakekitIgnore.buffer??=Buffer.allocUnsafeSlow(262144):Buffer.allocUnsafeSlow(262144);',
      ],
    ],
    append: '\nfunction lakekitIgnore() {}\n',
  },
];

// Calls `report` with the file of a change that cannot be made.
exports.install = function (disabled, report) {
  const changes = [...CHANGES, ...FURTHER].filter((change) => !disabled.includes(change.hook));
  const compile = Module.prototype._compile;
  if (typeof compile !== 'function') {
    report(`Node ${process.version} does not have module._compile`);
    return;
  }
  Module.prototype._compile = function (content, filename, ...rest) {
    const changed = changes
      .filter(({ file }) => filename.endsWith(file))
      .reduce((text, change) => apply(change, text, report), content);
    return compile.call(this, changed, filename, ...rest);
  };
};

function apply(change, content, report) {
  if (change.replace.some(([found]) => content.split(found).length !== 2)) {
    report(`${change.package ?? 'cdktf'} does not have the expected ${change.file}`);
    return content;
  }
  const changed = change.replace.reduce((text, [found, by]) => text.replace(found, () => by), content);
  return (change.prepend ?? '') + changed + change.append;
}
