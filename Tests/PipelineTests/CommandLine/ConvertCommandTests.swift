import Conversion
import Foundation
import KoQuant
import Testing

@Suite final class ConvertCommandTests {
  private let checkpoint: TinyCheckpoint
  private let folder: TemporaryFolder

  init() throws {
    checkpoint = try TinyCheckpoint()
    folder = try TemporaryFolder()
  }

  private func convert(_ arguments: String...) throws -> CommandLineTool.Outcome {
    try CommandLineTool.run(["convert"] + arguments)
  }

  @Test func summaryGoesToStandardError() throws {
    let path = folder.file("model.koq")
    let outcome = try convert(checkpoint.folder.path, "-o", path)
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    for word in [
      path, "2 layers x 36", "61 tokens", "to 1", "pooler", "worst matrix", "mean 0.99", "min 0.99", " s",
    ] {
      #expect(outcome.errors.contains(word), "\(word) in: \(outcome.errors)")
    }
    // Progress is for terminals.
    #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("\r"))
    #expect(folder.contents == ["model.koq"])
    let again = folder.file("again.koq")
    #expect(try convert(checkpoint.folder.path, "--output", again, "--threads", "1").status == 0)
    #expect(try folder.read("again.koq") == folder.read("model.koq"))
  }

  @Test func compressionAndLevel() throws {
    var sizes: [Int] = []
    for arguments in [["--compression", "stored"], ["--level", "1"], ["--level", "19"]] {
      let path = folder.file("model.koq")
      let outcome = try CommandLineTool.run(["convert", checkpoint.folder.path, "-o", path] + arguments)
      #expect(outcome.status == 0)
      sizes.append(try folder.read("model.koq").count)
    }
    #expect(sizes[0] > sizes[1] && sizes[1] >= sizes[2])
  }

  @Test func checkpointsThatAreNotThere() throws {
    let path = folder.file("model.koq")
    expectFailure(try convert(folder.file("nothing"), "-o", path), 66, "nothing", "checkpoint")
    let file = try folder.write("text", "file")
    expectFailure(try convert(file, "-o", path), 66, "file", "checkpoint")
    expectFailure(try convert(folder.path, "-o", path), 66, "config.json", "missing")
    try checkpoint.folder.remove("model.safetensors")
    expectFailure(try convert(checkpoint.folder.path, "-o", path), 66, "model.safetensors")
    #expect(folder.contents == ["file"])
  }

  @Test func checkpointsThatAreWrongLeaveTheFileBefore() throws {
    let path = try folder.write("before", "model.koq")
    let bytes = try checkpoint.folder.read("model.safetensors")
    try checkpoint.change("layer.1.output.dense.weight") { $0 == 100 ? .nan : $1 }
    expectFailure(
      try convert(checkpoint.folder.path, "-o", path), 65, "model.safetensors", "layer.1.output.dense.weight",
      "NaN")
    try checkpoint.folder.write(bytes[..<50_000], "model.safetensors")
    expectFailure(try convert(checkpoint.folder.path, "-o", path), 65, "model.safetensors")
    try checkpoint.folder.write(bytes, "model.safetensors")
    let config = String(decoding: try checkpoint.folder.read("config.json"), as: UTF8.self)
    for (old, new, word) in [
      ("\"gelu\"", "\"relu\"", "relu"), ("\"roberta\"", "\"t5\"", "t5"),
      ("\"hidden_size\": 36", "\"hidden_size\": 48", "36"),
      ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "2"),
      ("{", "", "config.json"),
    ] {
      let changed = config.replacingOccurrences(of: old, with: new)
        .replacingOccurrences(of: new == "\"t5\"" ? "RobertaModel" : "\u{0}", with: "T5Model")
      try checkpoint.folder.write(changed, "config.json")
      let outcome = try convert(checkpoint.folder.path, "-o", path)
      #expect(outcome.status == 65 || outcome.status == 66, "\(new): \(outcome.errors)")
      #expect(outcome.errors.contains(word), "\(new): \(outcome.errors)")
    }
    #expect(try folder.read("model.koq") == Array("before".utf8))
    #expect(folder.contents == ["model.koq"])
  }

  @Test func placesThatCannotBeWritten() throws {
    let missing = folder.file("missing/model.koq")
    expectFailure(
      try convert(checkpoint.folder.path, "-o", missing), 74, missing, "No such file or directory")
    expectFailure(try convert(checkpoint.folder.path, "-o", folder.path), 74, folder.path, "Is a directory")
    expectFailure(
      try convert(checkpoint.folder.path, "-o", "/dev/full"), 74, "/dev/full", "not a regular file")
    #expect(folder.contents.isEmpty)
  }

  @Test func relativePaths() throws {
    let outcome = try CommandLineTool.run(
      ["convert", checkpoint.folder.path, "-o", "model.koq"], folder: folder.path)
    #expect(outcome.status == 0 && folder.contents == ["model.koq"])
  }
}
