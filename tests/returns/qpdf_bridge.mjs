// qpdf as the desk runs it, for tests in Python: `node qpdf_bridge.mjs SCRIPT GLUE WASM`, then one call after another.
// A call is JSON {size, arguments} and `size` bytes; the answer is JSON {code, said, size} and its bytes. Four bytes in
// front of JSON say how long it is.
import fs from 'node:fs';

const [script, glue, wasm] = process.argv.slice(2).map(name => fs.readFileSync(name));
const [qpdfStart, qpdfRun] = new Function('self', `${script}\n${glue}\nreturn [qpdfStart, qpdfRun];`)({});
await qpdfStart(wasm);

const read = size => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const n = fs.readSync(0, bytes, at, size - at);
    if (!n) process.exit(0);
    at += n;
  }
  return bytes;
};
const write = bytes => {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(1, bytes, at, bytes.length - at);
};
for (;;) {
  const size = read(4).readUInt32LE();
  const call = JSON.parse(read(size));
  const [code, said, out] = qpdfRun(read(call.size), call.arguments);
  const head = Buffer.from(JSON.stringify({code, said, size: out.length}));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  write(length); write(head); write(out);
}
