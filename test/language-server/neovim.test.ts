/** Neovim, set up as docs/editor.md says, at work: its own client with the built server. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { folderWith } from "../helpers/cli.ts";
import { blocksOf } from "../helpers/documents.ts";

const suiteOfNeovim = suite("Neovim");

/** The variable CNN_NVIM says which one; where there is none, the tests count as skipped. */
const nvim = process.env["CNN_NVIM"] ?? "nvim";
const [, major, minor] = /^NVIM v(\d+)\.(\d+)/.exec(spawnSync(nvim, ["--version"], { encoding: "utf8" }).stdout ?? "") ?? [];
const isNew = Number(major) > 0 || Number(minor) >= 11;
const test = major === undefined ? suiteOfNeovim.skip : suiteOfNeovim;

const setups = blocksOf("docs/editor.md").flatMap(({ language, text }) => (language === "lua" ? [text.replaceAll("/path/to/clone", resolve("."))] : []));

/** What every session may call: it waits for the server, and chooses from lists as a person would. */
const hands = `
function await(what, done) if not vim.wait(20000, done, 10) then error("waited in vain for " .. what) end end
function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") end
function mistakes() return vim.tbl_map(function(d) return string.format("%s %d:%d-%d", d.code or d.user_data.lsp.code, d.lnum + 1, d.col + 1, d.end_col + 1) end, vim.diagnostic.get(0)) end
function choose(title) vim.ui.select = function(items, options, chosen)
  for i, item in ipairs(items) do if options.format_item(item):find(title, 1, true) then return chosen(item, i) end end
end end
function ask(method)
  local parameters = vim.lsp.util.make_position_params(0, "utf-16")
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, parameters, 20000)) do return answer.result end
end
`;

/** Opens a file of a folder, plays a session in Lua, and gives what it returns. */
function play(files: Readonly<Record<string, string>>, front: string, session: string): unknown {
  const folder = folderWith({
    "package.json": "{}",
    ...files,
    "init.lua": setups[isNew ? 0 : 1] ?? "",
    "session.lua": `${hands}\nlocal played, told = pcall(function()\n${session}\nend)\nvim.fn.writefile({ vim.fn.json_encode({ told = told }) }, "told.json")\n`,
  });
  const { stderr } = spawnSync(nvim, ["--headless", "--clean", "-u", "init.lua", front, "-c", "luafile session.lua", "-c", "qa!"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, XDG_STATE_HOME: folder, XDG_DATA_HOME: folder, XDG_CACHE_HOME: folder },
  });
  const told = join(folder, "told.json");
  if (!existsSync(told)) throw new Error(stderr);
  return JSON.parse(readFileSync(told, "utf8")).told;
}

const program = 'import { stage } from "./blocks.cnn"\nmodel Net(classes = 10) {\n  input 1@28x28\n  stage 6 35\n  flatten -> dense classes\n}\n';
const blocks = "block stage(filters, kernel) {\n  conv filters kernel\n}\n";

test("a mistake is shown at its place, a fix mends it", () => {
  const told = play({ "net.cnn": "model Net {\n  input 1@28x28\n  conv 6 35x35\n}\n" }, "net.cnn", `
    await("a mistake", function() return #vim.diagnostic.get(0) > 0 end)
    local before = mistakes()
    vim.api.nvim_win_set_cursor(0, { 3, 10 })
    choose("take a smaller kernel")
    vim.lsp.buf.code_action()
    await("no mistake", function() return #vim.diagnostic.get(0) == 0 end)
    return { before, text() }`);
  assert.equal(told, [["CNN4001 3:10-15"], "model Net {\n  input 1@28x28\n  conv 6 28x28\n}"]);
});

test("hovers, completion, definition, renaming in two files, layout", () => {
  const told = play({ "net.cnn": program.replace("35", "5"), "blocks.cnn": blocks }, "net.cnn", `
    await("the server", function() return #vim.lsp[${isNew ? '"get_clients"' : '"buf_get_clients"'}](${isNew ? "{ bufnr = 0 }" : "0"}) > 0 end)
    vim.api.nvim_win_set_cursor(0, { 4, 3 })
    local hover = ask("textDocument/hover").contents.value:match("[^\\n]+")
    vim.lsp.buf.rename("unit")
    await("the new name", function() return text():find("  unit 6", 1, true) ~= nil end)
    await("the server to hear of both", function() return (ask("textDocument/definition") or { uri = "" }).uri:find("blocks.cnn", 1, true) ~= nil end)
    vim.lsp.buf.definition()
    await("the other file", function() return vim.fn.expand("%:t") == "blocks.cnn" end)
    local definition = { vim.fn.expand("%:t"), vim.fn.line("."), vim.fn.col("."), vim.fn.getline(".") }
    vim.api.nvim_buf_set_lines(0, 1, 2, false, { "conv   filters kernel -> max" })
    vim.api.nvim_win_set_cursor(0, { 2, 29 })
    local items = vim.tbl_map(function(item) return item.label end, ask("textDocument/completion"))
    vim.api.nvim_buf_set_lines(0, 1, 2, false, { "conv   filters kernel->relu" })
    vim.lsp.buf.${isNew ? "format()" : "formatting_sync(nil, 20000)"}
    return { hover, definition, vim.tbl_contains(items, "maxpool"), text() }`);
  assert.equal(told, [
    "**block stage** 1@28x28 → 6@24x24",
    ["blocks.cnn", 1, 7, "block unit(filters, kernel) {"],
    true,
    "block unit(filters, kernel) {\n  conv filters kernel -> relu\n}",
  ]);
});

test("a mistake that an imported block makes, and one of a recipe", () => {
  const told = play({ "net.cnn": program, "blocks.cnn": blocks, "net.train.json": '{\n  "model": "net.cnn",\n  "data": { "format": "digits" },\n  "epochs": 0\n}\n' }, "net.cnn", `
    await("a mistake", function() return #vim.diagnostic.get(0) > 0 end)
    local ofProgram = mistakes()
    vim.cmd("edit net.train.json")
    await("its mistakes", function() return #vim.diagnostic.get(0) > 0 end)
    return { ofProgram, mistakes() }`);
  assert.equal(told, [["CNN4001 4:11-13"], ["CNN6007 4:13-14"]]);
});

(isNew ? test : suiteOfNeovim.skip)("shapes beside the lines, colours by meaning", () => {
  const told = play({ "net.cnn": program.replace("35", "5"), "blocks.cnn": blocks }, "net.cnn", `
    await("hints", function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end)
    await("colours", function() return #(vim.lsp.semantic_tokens.get_at_pos(0, 3, 3) or {}) > 0 end)
    local hints = vim.tbl_map(function(each) return (each.inlay_hint.position.line + 1) .. " " .. each.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
    return { hints, vim.lsp.semantic_tokens.get_at_pos(0, 3, 3)[1].type }`);
  assert.equal(told, [["4 -> 6@24x24", "5 -> 10"], "class"]);
});

suiteOfNeovim.run();
