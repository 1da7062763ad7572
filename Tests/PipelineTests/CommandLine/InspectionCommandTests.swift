import Conversion
import Foundation
import Kernels
import KoQuant
import Testing

/// `tokenize`, `inspect`, `verify`, `drift` and `cpu`.
@Suite final class InspectionCommandTests {
  private let checkpoint: TinyCheckpoint
  private let model: TinyModel

  init() throws {
    checkpoint = try TinyCheckpoint()
    model = try TinyModel(checkpoint, .zstd(level: 3))
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
    let file = try KoqFile(path: model.path)
    let decoder = try SectionDecoder()
    let path = model.folder.file("other.koq")
    let writer = try KoqWriter(path: path)
    for entry in file.sections {
      var bytes = [UInt8](repeating: 0, count: entry.rawLength)
      try bytes.withUnsafeMutableBytes { try file.decode(entry, into: $0, using: decoder) }
      if entry.name == "layers.1.output.weights" { bytes.reverse() }
      var section = KoqWriter.Section(
        entry.name, entry.elementType, shape: (0..<entry.shape.rank).map { entry.shape[$0] },
        rowsPerBlock: entry.rowsPerBlock, attribute: entry.attribute)
      section.kind = entry.kind
      try bytes.withUnsafeBytes { try writer.append(section, $0, .stored) }
    }
    _ = try writer.finish()
    let outcome = try CommandLineTool.run("verify", path)
    #expect(outcome.status == 1)
    #expect(
      outcome.text.contains("ok     hashes") && outcome.text.contains("FAILED drift"), "\(outcome.text)")
  }

  @Test func driftWithoutACheckpoint() throws {
    let table = try CommandLineTool.run("drift", model.path)
    #expect(table.status == 0 && table.errors.isEmpty && table.text.contains("cosine"))
    let object = try jsonObject(try CommandLineTool.run("drift", model.path, "--json").text)
    #expect(object["texts"] as? Int == model.report.probes)
    let cosine = try #require(object["cosine"] as? [String: Double])
    // Foundation reads numbers of 16 digits to within a few units in the last place.
    let expected = model.report.drift.cosine
    #expect(abs(try #require(cosine["mean"]) - expected.mean) < 1e-12)
    #expect(abs(try #require(cosine["min"]) - expected.minimum) < 1e-12)
    #expect(cosine["p1"] != nil)
    #expect((object["layers"] as? [Any])?.isEmpty == true)
    #expect(object["relative_l2"] is [String: Double] && object["maximum_absolute"] is Double)
    #expect(object["ranking"] is [String: Any])
  }

  @Test func driftFromACheckpoint() throws {
    let probes = try CommandLineTool.run("drift", model.path, "--reference", checkpoint.folder.path, "--json")
    #expect(probes.status == 0 && probes.errors.isEmpty)
    let object = try jsonObject(probes.text)
    #expect((object["layers"] as? [[String: Any]])?.compactMap { $0["layer"] as? Int } == [0, 1, 2])
    let mean = try #require((object["cosine"] as? [String: Double])?["mean"])
    #expect(abs(mean - model.report.drift.cosine.mean) < 1e-9)

    for (lines, count) in [
      ("abc", 1), ("abc\r\nd e\n", 2), ("a\nb\n\nc d\n", 4), ("same\nsame\nsame\nsame\n", 4),
      ("\u{FEFF}\u{7}\"\\\n", 1),
    ] {
      let input = try model.folder.write(lines, "texts.txt")
      for format in [["--json"], []] {
        let outcome = try CommandLineTool.run(
          ["drift", model.path, "--reference", checkpoint.folder.path, "--input", input] + format)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        if !format.isEmpty { #expect(try jsonObject(outcome.text)["texts"] as? Int == count) }
      }
    }
  }

  @Test func driftFromSomethingElse() throws {
    let other = try TinyCheckpoint("tiny-bert")
    expectFailure(
      try CommandLineTool.run("drift", model.path, "--reference", other.folder.path), 65, other.folder.path,
      model.path, "configuration")
    let missing = model.folder.file("nothing")
    expectFailure(
      try CommandLineTool.run("drift", model.path, "--reference", missing), 66, missing, "checkpoint")
    expectFailure(
      try CommandLineTool.run(
        "drift", model.path, "--reference", checkpoint.folder.path, "--input", missing), 66, missing,
      "No such file or directory")
    let empty = try model.folder.write("", "empty.txt")
    expectFailure(
      try CommandLineTool.run("drift", model.path, "--reference", checkpoint.folder.path, "--input", empty),
      65,
      empty, "no texts")
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
