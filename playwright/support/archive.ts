// Reading the archive of an export: files that are stored as they are.
import { readFileSync } from "node:fs";

const LOCAL = 0x04034b50;

/** The texts of a ZIP archive's files, by name. */
export function texts(path: string): Map<string, string> {
  const bytes = readFileSync(path);
  const found = new Map<string, string>();
  for (let at = 0; bytes.readUInt32LE(at) === LOCAL; ) {
    const [size, name, extra] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
    const content = at + 30 + name + extra;
    found.set(bytes.toString("utf8", at + 30, at + 30 + name), bytes.toString("utf8", content, content + size));
    at = content + size;
  }
  return found;
}
