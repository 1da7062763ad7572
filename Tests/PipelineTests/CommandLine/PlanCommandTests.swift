import Foundation
import KoQuant
import Testing

/// `koquant plan`, `pack` and `unpack`, and the options of `embed` that say where the weights are.
@Suite final class PlanCommandTests {
  private let stored: TinyModel
  private let packed: TinyModel

  init() throws {
    stored = try TinyModel("tiny-bert", .stored)
    packed = try TinyModel("tiny-bert", .zstd(level: 3))
  }

  @Test func plansAsText() throws {
    let outcome = try CommandLineTool.run(["plan", packed.path, "--threads", "1"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.first == "\(packed.path): resident, 1 thread, batches of 1024 tokens")
    #expect(outcome.lines.count == 10 && outcome.text.contains("total"))
  }

  @Test func plansAsJSON() throws {
    let outcome = try CommandLineTool.run([
      "plan", stored.path, "--json", "--max-memory", "1GiB", "--residency", "streamed", "--threads", "2",
    ])
    let plan = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(plan["residency"] as? String == "streamed" && plan["ring_layers"] as? Int == 2)
    #expect(plan["ceiling"] as? Int == 1 << 30 && plan["threads"] as? Int == 2)
    let parts = try #require(plan["parts"] as? [String: Int])
    #expect(plan["total"] as? Int == parts.values.reduce(0, +) && parts.count == 8)
  }

  @Test func whatEmbedDoesIsThePlan() throws {
    let expected = try CommandLineTool.run(["embed", "--model", stored.path, "abc", "def"])
    #expect(expected.status == 0)
    for arguments in [
      ["--model", packed.path, "--residency", "streamed"], ["--model", packed.path, "--max-memory", "64MiB"],
      ["--model", stored.path, "--max-memory", "auto", "--verify"],
      ["--model", stored.path, "--residency", "resident"],
    ] {
      let outcome = try CommandLineTool.run(["embed"] + arguments + ["abc", "def"])
      #expect(outcome.output == expected.output && outcome.status == 0, "\(arguments)")
    }
  }

  @Test(arguments: ["0", "1MiB"]) func ceilingsThatCannotBeKept(size: String) throws {
    for command in [["plan", packed.path], ["embed", "abc", "--model", packed.path]] {
      let outcome = try CommandLineTool.run(command + ["--max-memory", size])
      #expect(outcome.status == 64 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("the least that would do is"))
    }
  }

  /// A line is held several times on its way: under a ceiling it may have a part of what the plan leaves.
  @Test func linesThatWouldBreakTheCeilingAreRefused() throws {
    let arguments = ["embed", "--model", packed.path, "--format", "f32"]
    let line = [UInt8](repeating: 0x61, count: 20 << 20)
    #expect(try CommandLineTool.run(arguments, input: line).status == 0)
    let refused = try CommandLineTool.run(
      arguments + ["--max-memory", "100MiB"], input: Array("ab\n".utf8) + line)
    #expect(refused.status == 65 && refused.errors.contains("standard input: line 2 is longer than"))
  }

  @Test func nonsense() throws {
    for wrong in [
      ["--max-memory", "much"], ["--max-memory", "-1"], ["--max-memory", ""], ["--residency", "somewhere"],
    ] {
      let outcome = try CommandLineTool.run(["plan", packed.path] + wrong)
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(wrong)")
    }
    let mapped = try CommandLineTool.run(["plan", packed.path, "--residency", "mapped"])
    #expect(mapped.status == 65 && mapped.errors.contains("koquant unpack"))
  }

  @Test func packAndUnpack() throws {
    let unpacked = packed.folder.file("unpacked.koq")
    let outcome = try CommandLineTool.run(["unpack", packed.path, "-o", unpacked])
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.contains(unpacked))
    #expect(try packed.folder.read("unpacked.koq") == stored.bytes())
    let again = packed.folder.file("packed.koq")
    #expect(try CommandLineTool.run(["pack", unpacked, "-o", again]).status == 0)
    #expect(try packed.folder.read("packed.koq") == packed.bytes())
    #expect(try CommandLineTool.run(["pack", unpacked, "-o", unpacked]).status == 64)
    #expect(try CommandLineTool.run(["pack", unpacked, "-o", again, "--level", "23"]).status == 64)
    #expect(try CommandLineTool.run(["unpack", "nothing.koq", "-o", again]).status == 66)
  }
}
