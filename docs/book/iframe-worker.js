/* A browser starts no worker for a page that it reads from a disk. The search then runs
 * in a frame that nobody sees: it hears messages and sends them as a worker does. */
class IFrameWorker extends EventTarget {
  constructor(url) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.width = frame.height = 0;
    document.body.append(frame);
    const inside = this.inside = frame.contentWindow;
    inside.document.open();
    inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", {data}));
    inside.importScripts = (...urls) => urls.reduce((before, next) => before.then(
      () => load(inside.document, next)), Promise.resolve());
    this.ready = load(inside.document, url);
    inside.document.close();
  }

  postMessage(data) {
    this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", {data})));
  }
}

function load(page, url) {
  return new Promise((done, failed) => {
    const script = page.createElement("script");
    script.src = url;
    script.onload = done;
    script.onerror = failed;
    (page.head || page.documentElement || page.appendChild(page.createElement("html")))
      .append(script);
  });
}

window.IFrameWorker = IFrameWorker;
if (location.protocol === "file:")
  window.Worker = IFrameWorker;
