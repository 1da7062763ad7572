import Conversion
import Foundation
import Kernels
import KoQuant
import Testing

/// `tokenize`, `inspect`, `verify` and `cpu`.
@Suite final class InspectionCommandTests {
  private let checkpoint: TinyCheckpoint
  private let model: TinyModel

  init() throws {
    checkpoint = try TinyCheckpoint()
    model = try TinyModel(checkpoint, .zstd(level: 3))
  }

  @Test func tokenizeWarnsOfTextsThatItChanges() throws {
    let long = String(repeating: "ab ", count: 100)
    let cut = try CommandLineTool.run(["tokenize", "--model", model.path, "a", long])
    #expect(cut.status == 0 && cut.errors.contains("first at the command line, text 2 (--all"))
    #expect(try CommandLineTool.run(["tokenize", "--model", model.path, "--all", long]).errors.isEmpty)
    let bytes = try CommandLineTool.run(["tokenize", "--model", model.path], input: [0x61, 0xFF, 0x0A])
    #expect(bytes.status == 0 && bytes.errors.contains("not UTF-8"))
  }

  @Test func inspectShowsTheContentHash() throws {
    let hash = String(try KoqFile(path: model.path).header.contentHash, radix: 16)
    let padded = String(repeating: "0", count: 16 - hash.count) + hash
    #expect(try CommandLineTool.run("inspect", model.path).text.contains("content hash \(padded)\n"))
    let object = try jsonObject(try CommandLineTool.run("inspect", "--json", model.path).text)
    #expect(object["content_hash"] as? String == padded)
  }

  @Test func tokenize() throws {
    let outcome = try CommandLineTool.run("tokenize", "--model", model.path, "ab [PAD]c", "", "é\"")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.text == """
        {"ids":[0,5,32,1,7,2],"tokens":["[CLS]","a","##b","[PAD]","c","[SEP]"]}
        {"ids":[0,2],"tokens":["[CLS]","[SEP]"]}
        {"ids":[0,3,3,2],"tokens":["[CLS]","[UNK]","[UNK]","[SEP]"]}

        """)
    #expect(
      try CommandLineTool.run("tokenize", "--model", model.path, input: "ab [PAD]c\r\n\né\"").output
        == outcome.output)
    let long = String(repeating: "a ", count: 60)
    for (arguments, count) in [([], 40), (["--all"], 62)] {
      let outcome = try CommandLineTool.run(["tokenize", "--model", model.path] + arguments + [long])
      #expect((try jsonObject(outcome.text)["ids"] as? [Int])?.count == count)
    }
  }

  @Test func inspect() throws {
    let table = try CommandLineTool.run("inspect", model.path)
    #expect(table.status == 0 && table.errors.isEmpty)
    for word in [
      "roberta", "hidden_size", "36", "layers.1.output.weights", "zstd", "provenance", "model.safetensors",
    ] {
      #expect(table.text.contains(word), "\(word)")
    }
    let json = try CommandLineTool.run("inspect", "--json", model.path)
    #expect(json.status == 0 && json.errors.isEmpty)
    let object = try jsonObject(json.text)
    #expect(object["bytes"] as? Int == (try model.bytes().count))
    let fields = try #require(object["model"] as? [String: Any])
    #expect(fields["architecture"] as? String == "roberta" && fields["hidden_size"] as? Int == 36)
    #expect(fields["pooling"] as? String == "mean" && fields["normalizes"] as? Bool == false)
    #expect(fields["layer_norm_epsilon"] as? Double == 1e-5)
    let sections = try #require(object["sections"] as? [[String: Any]])
    #expect(sections.count == model.report.summary.sections.count)
    #expect(sections.allSatisfy { $0["name"] is String && $0["shape"] is [Int] && $0["codec"] is String })
    let provenance = try #require(object["provenance"] as? [String: Any])
    #expect((provenance["files"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test func verifyPasses() throws {
    let outcome = try CommandLineTool.run("verify", model.path)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.count >= 4 && outcome.lines.allSatisfy { $0.hasPrefix("ok ") }, "\(outcome.text)")
  }

  @Test func verifyAsJSON() throws {
    let whole = try CommandLineTool.run("verify", "--json", model.path)
    #expect(whole.status == 0 && whole.errors.isEmpty)
    let object = try jsonObject(whole.text)
    #expect(object["file"] as? String == model.path && object["passed"] as? Bool == true)
    let checks = try #require(object["checks"] as? [[String: Any]])
    let names = checks.compactMap { $0["name"] as? String }
    #expect(names == ["hashes", "tokenizer", "drift, mean", "drift, worst", "drift, largest"])
    #expect(checks.allSatisfy { $0["passed"] as? Bool == true })
    let mean = try #require(checks[2]["found"] as? Double)
    #expect(mean >= (try #require(checks[2]["limit"] as? Double)) && checks[0]["found"] is NSNull)

    var damaged = try model.bytes()
    damaged[damaged.count - 1] ^= 1
    let path = try model.folder.write(damaged, "damaged.koq")
    let broken = try CommandLineTool.run("verify", "--json", path)
    #expect(broken.status == 1 && broken.errors.isEmpty)
    #expect(try jsonObject(broken.text)["passed"] as? Bool == false)

    let other = try CommandLineTool.run(
      "verify", "--json", try model.folder.write([UInt8](repeating: 1, count: 100), "other.koq"))
    #expect(other.status == 65 && other.text.isEmpty && !other.errors.isEmpty)
  }

  @Test func verifyFindsEveryFlippedByte() throws {
    let bytes = try model.bytes()
    let sections = model.report.summary.sections
    var positions = [9, 20, 40, 63, bytes.count - 1, bytes.count - 5000]
    positions += sections.filter { $0.storedLength > 0 }.map { $0.offset + $0.storedLength / 2 }
    for position in positions {
      var damaged = bytes
      damaged[position] ^= 0x10
      let path = try model.folder.write(damaged, "damaged.koq")
      let outcome = try CommandLineTool.run("verify", path)
      // A version that this program does not know is not damage.
      let status: Int32 = position == 9 ? 65 : 1
      #expect(outcome.status == status, "byte \(position): \(outcome.text)\(outcome.errors)")
      if status == 1 {
        #expect(outcome.text.contains("FAILED") && outcome.errors.isEmpty, "byte \(position)")
      }
      if let section = sections.first(where: { $0.extent.contains(position) }) {
        #expect(outcome.text.contains(section.name.string), "byte \(position): \(outcome.text)")
      }
    }
  }

  @Test func verifyFindsOtherWeights() throws {
    // A file whose hashes are right, but whose vectors are not those of its probes.
    let path = model.folder.file("other.koq")
    try model.copy(to: path) { name, bytes in
      if name == "layers.1.output.weights" { bytes.reverse() }
    }
    let outcome = try CommandLineTool.run("verify", path)
    #expect(outcome.status == 1)
    #expect(
      outcome.text.contains("ok     hashes") && outcome.text.contains("FAILED drift"), "\(outcome.text)")
  }

  @Test func cpu() throws {
    let outcome = try CommandLineTool.run("cpu")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    for table in KernelTable.available() { #expect(outcome.text.contains(table.name.description)) }
    #expect(outcome.text.contains("chosen") && outcome.text.contains("threads"))
    let portable = try CommandLineTool.run(["cpu"], environment: ["KOQUANT_ISA": "portable"])
    #expect(portable.text.contains("portable (chosen)"))
  }
}
