// Render a template as Jellyfin's Webhook plugin does: with Handlebars and the plugin's helpers.
// In: {"do": "render", "template": "..", "values": {..}} a line; out: the text.

import Handlebars from "handlebars";
import { obey } from "./line.mjs";

Handlebars.registerHelper("if_equals", function (left, right, options) {
  const same = String(left ?? "").toLowerCase() === String(right ?? "").toLowerCase();
  return same ? options.fn(this) : options.inverse(this);
});
Handlebars.registerHelper("if_exist", function (value, options) {
  return value === undefined || value === null || value === "" ? options.inverse(this) : options.fn(this);
});
Handlebars.registerHelper("url_encode", (value) => new Handlebars.SafeString(encodeURIComponent(value ?? "")));
Handlebars.registerHelper("json_encode", (value) => new Handlebars.SafeString(JSON.stringify(String(value ?? ""))));

await obey({ render: ({ template, values }) => Handlebars.compile(template)(values) });
