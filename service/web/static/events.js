/**
 * The server-sent events in the body of a response, as {name, data}, each as soon as it is whole.
 * `heard` is called whenever anything comes in, comments that keep the connection open included.
 */
export async function* eventsOf(response, heard) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let name = "message";
  let data = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    // A carriage return at the very end may be half of a line end.
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (data.length) yield { name, data: JSON.parse(data.join("\n")) };
        name = "message";
        data = [];
      }
      const [, field, content] = line.match(/^([^:]*):? ?(.*)$/);
      if (field === "event") name = content;
      if (field === "data") data.push(content);
    }
  }
}
