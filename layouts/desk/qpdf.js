// Runs qpdf on one file at a time, behind its own script in the worker and in tests:
// await qpdfStart(bytes of qpdf.wasm), then qpdfRun(bytes of a PDF, arguments).
//
// Every file has a qpdf of its own (an instance takes 3 ms), so none that gave up is asked again and no memory is kept.
const QPDF_MEMORY = 256 << 20;             // bytes that an instance may take
const QPDF_FILE = 160 << 20;               // bytes of a file that it may write
let qpdfCompiled = null;
let qpdfSaid = null;

const qpdfModule = self.createQpdf({
  console: {
    log: line => qpdfSaid.out.push(line),
    warn: line => qpdfSaid.error.push(line),
    error: line => qpdfSaid.error.push(line),
  },
  WebAssembly: {
    RuntimeError: WebAssembly.RuntimeError,
    instantiateStreaming: (_, imports) => ({instance: qpdfInstance(imports)}),
  },
  Uint8Array: function (size, ...more) {
    if (typeof size === 'number' && size > QPDF_FILE) throw new RangeError('it writes too much');
    return new Uint8Array(size, ...more);
  },
  fetch: () => null,
});

function qpdfInstance(imports) {
  const instance = new WebAssembly.Instance(qpdfCompiled, imports);
  const memory = Object.values(instance.exports).find(one => one instanceof WebAssembly.Memory);
  // qpdf ends with an error where it gets no more, instead of the worker or the page.
  memory.grow = pages => {
    if (memory.buffer.byteLength + pages * 65536 > QPDF_MEMORY) throw new RangeError('it takes too much memory');
    return WebAssembly.Memory.prototype.grow.call(memory, pages);
  };
  return instance;
}

async function qpdfStart(wasm) {
  qpdfCompiled = await WebAssembly.compile(wasm);
}

// The PDF is /in.pdf. → [exit code, what qpdf wrote to stderr, bytes of /out]; 99 where it gave up.
function qpdfRun(pdf, list) {
  qpdfSaid = {out: [], error: []};
  try {
    const qpdf = {locateFile: name => name};
    qpdfModule(qpdf);
    qpdf.FS.writeFile('/in.pdf', pdf);
    const code = qpdf.callMain([...list]);
    return [code, qpdfSaid.error.join('\n'), code === 2 ? new Uint8Array(0) : qpdf.FS.readFile('/out')];
  } catch (error) {
    return [99, [...qpdfSaid.error, String(error)].join('\n'), new Uint8Array(0)];
  }
}
