// The desk's worker in Node: loads the scripts of a folder `desk` as its page does, and passes calls on.
// A call on stdin: the length of a JSON, the JSON {method, args}, and the bytes whose sizes are in its `bytes`.
// An answer on stdout: the same with {result | wrong | failed | crashed}. {at: n} in place of bytes names the n-th of them.
import {readFileSync, writeSync, readSync} from 'node:fs';
import {join} from 'node:path';
import vm from 'node:vm';

const AT = '\u0000at';
const data = {};
const page = vm.createContext({desk: {put(name, text) { data[name] = text; }}});
for (const name of ['engine', 'library', 'pmdiag', 'python', 'qpdf']) {
  vm.runInContext(readFileSync(join(process.argv[2], `${name}.js`), 'utf8'), page);
}

let heard = null;
const self = {
  postMessage(message) { heard(message); },
  close() {},
  console: {log() {}, warn() {}, error() {}, info() {}, debug() {}},
  location: {href: 'blob:null/desk', toString() { return this.href; }},
  navigator: {userAgent: 'Chrome/140', hardwareConcurrency: 1},
  WorkerGlobalScope: class { static [Symbol.hasInstance]() { return true; } },
};
for (const name of ['WebAssembly', 'TextDecoder', 'TextEncoder', 'performance', 'setTimeout', 'clearTimeout', 'Blob',
  'Response', 'Request', 'Headers', 'DecompressionStream', 'atob', 'btoa', 'URL', 'AbortController', 'AbortSignal', 'crypto',
  'queueMicrotask', 'structuredClone', 'MessageChannel', 'ReadableStream', 'Uint8Array', 'ArrayBuffer', 'setInterval',
  'clearInterval', 'DOMException', 'Event', 'EventTarget', 'TypeError']) {
  self[name] = globalThis[name];
}
const worker = vm.createContext(self);
self.self = worker;
const reply = message => new Promise(done => { heard = done; self.onmessage({data: message}); });

function read(size) {
  const found = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    let n = 0;
    try {
      n = readSync(0, found, at, size - at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      continue;
    }
    if (n === 0) process.exit(0);
    at += n;
  }
  return found;
}

function write(buffer) {
  for (let at = 0; at < buffer.length;) {
    try {
      at += writeSync(1, buffer, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function send(message) {
  const bytes = [];
  const text = Buffer.from(JSON.stringify(message, (_, value) => {
    // The worker has arrays of its own kind.
    if (value === null || !ArrayBuffer.isView(value)) return value;
    bytes.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    return {[AT]: bytes.length - 1};
  }));
  const sizes = Buffer.from(JSON.stringify(bytes.map(one => one.length)));
  for (const part of [text, sizes]) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(part.length);
    write(length);
    write(part);
  }
  bytes.forEach(write);
}

const begun = performance.now();
vm.runInContext(data['engine.js'], worker, {filename: 'engine.js'});
delete data['engine.js'];
send({...await reply({start: data}), ms: performance.now() - begun});
for (let id = 1; ; id++) {
  const call = JSON.parse(read(read(4).readUInt32LE()).toString());
  const given = call.bytes.map(size => new Uint8Array(read(size)));
  const args = JSON.parse(JSON.stringify(call.args), (_, value) => (value !== null && typeof value === 'object' && AT in value ? given[value[AT]] : value));
  send(await reply({id, method: call.method, args}));
}
