/** One frame of a text/event-stream. A comment (the server's beat) has kind "beat". */
export type StreamFrame = { id: string | null; kind: string; data: string };

/**
 * Cuts a text/event-stream into frames (WHATWG HTML, 9.2.6). Feed it pieces as they come; comments are given out
 * too, because the page's watchdog lives on the server's beats, which EventSource would hide.
 */
export class FrameCutter {
  #rest = "";
  #frame: { id: string | null; kind: string; data: string[] } = { id: null, kind: "message", data: [] };

  push(piece: string): StreamFrame[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamFrame[] {
    if (line === "") return this.#end();
    if (line.startsWith(":")) return [{ id: null, kind: "beat", data: line.slice(1).trim() }];
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") this.#frame.id = value;
    else if (field === "event") this.#frame.kind = value;
    else if (field === "data") this.#frame.data.push(value);
    return [];
  }

  #end(): StreamFrame[] {
    const { id, kind, data } = this.#frame;
    this.#frame = { id: null, kind: "message", data: [] };
    return data.length || kind !== "message" ? [{ id, kind, data: data.join("\n") }] : [];
  }
}
