import Foundation
import KoQuant
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite final class DriftCommandTests {
  private let checkpoint: TinyCheckpoint
  private let model: TinyModel

  init() throws {
    checkpoint = try TinyCheckpoint()
    model = try TinyModel(checkpoint, .zstd(level: 3))
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
      try CommandLineTool.run("drift", model.path, "--reference", missing), 66, missing, "No such file")
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

  private static let hostile = [
    "<script>alert(1)</script>", "a & b \"c\" 'd'", "\u{1B}[31mred\u{202E}", "]]> <!-- x", "a b c d", "ab",
  ]

  /// Writes texts and returns the arguments that compare them with the checkpoint.
  private func arguments(_ texts: [String]) throws -> [String] {
    let input = try model.folder.write(texts.map { $0 + "\n" }.joined(), "texts.txt")
    return ["drift", model.path, "--reference", checkpoint.folder.path, "--input", input]
  }

  /// The vectors of texts as `koquant embed` writes them.
  private func vectors(_ texts: [String]) throws -> [UInt8] {
    try CommandLineTool.run(
      "embed", "--model", model.path, "--format", "npy", input: texts.map { $0 + "\n" }.joined()
    ).output
  }

  @Test func driftOfEachPart() throws {
    let outcome = try CommandLineTool.run(arguments(["a b c", "abc", "d", "d e f a b c d e"]) + ["--json"])
    let object = try jsonObject(outcome.text)
    let matrices = try #require(object["matrices"] as? [[String: Any]])
    #expect(matrices.compactMap { $0["name"] as? String }.first == "layers.0.attention.qkv")
    #expect(matrices.count == 8 && matrices.allSatisfy { $0["signal_to_noise_db"] is Double })
    let lengths = try #require(object["lengths"] as? [[String: Any]])
    #expect(lengths.compactMap { $0["tokens"] as? [Int] } == [[1, 8], [9, 16]])
    #expect(lengths.compactMap { $0["texts"] as? Int } == [3, 1])
    let table = try CommandLineTool.run(arguments(["a b c", "abc", "d", "d e f a b c d e"])).text
    for word in ["embeddings", "layer 2", "qkv", "9 – 16", "worst texts"] { #expect(table.contains(word)) }
  }

  @Test func identicalTextsHaveNoCentredCosine() throws {
    let outcome = try CommandLineTool.run(arguments(["a b", "a b", "a b", "a b"]) + ["--json"])
    let object = try jsonObject(outcome.text)
    #expect(object["centred_cosine"] is NSNull)
    let ranking = try #require(object["ranking"] as? [String: Any])
    #expect(ranking["spearman"] is NSNull && ranking["same_nearest"] as? Double == 1)
  }

  @Test func aLineForEachText() throws {
    let path = model.folder.file("sentences.jsonl")
    let outcome = try CommandLineTool.run(arguments(Self.hostile) + ["--sentences", path, "--json"])
    #expect(outcome.status == 0)
    let lines = String(decoding: try model.folder.read("sentences.jsonl"), as: UTF8.self).split(
      separator: "\n")
    let rows = try lines.map { try jsonObject($0) }
    #expect(rows.compactMap { $0["text"] as? String } == Self.hostile)
    #expect(rows.compactMap { $0["index"] as? Int } == Array(Self.hostile.indices))
    let cosines = rows.compactMap { $0["cosine"] as? Double }
    let mean = try #require((try jsonObject(outcome.text)["cosine"] as? [String: Double])?["mean"])
    #expect(abs(cosines.reduce(0, +) / Double(cosines.count) - mean) < 1e-12)
    #expect(
      rows.allSatisfy {
        $0["tokens"] is Int && $0["relative_l2"] is Double && $0["largest_absolute"] is Double
      })
  }

  @Test func thePageStandsAlone() throws {
    let path = model.folder.file("drift.html")
    let outcome = try CommandLineTool.run(arguments(Self.hostile) + ["--html", path])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let bytes = try model.folder.read("drift.html")
    let page = String(decoding: bytes, as: UTF8.self)
    let parser = XMLParser(data: Data(bytes))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    for word in ["<script", "http:", "https:", "url(", "@import", "\u{1B}", "\u{202E}"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.components(separatedBy: "<svg").count == 5)
    for word in [
      "name=\"viewport\"", "prefers-color-scheme: dark", "&lt;script&gt;alert(1)&lt;/script&gt;",
      "a &amp; b &quot;c&quot; &#39;d&#39;", "]]&gt; &lt;!-- x",
    ] { #expect(page.contains(word), "\(word)") }
    let stored = try CommandLineTool.run("drift", model.path, "--html", path)
    #expect(stored.status == 0)
    let second = String(decoding: try model.folder.read("drift.html"), as: UTF8.self)
    #expect(second.components(separatedBy: "<svg").count == 3)
  }

  @Test func textsFromAPipe() throws {
    let texts = "a b c\nabc\nd\n"
    let expected = try CommandLineTool.run(arguments(["a b c", "abc", "d"]))
    for input in ["-", "/dev/stdin"] {
      let outcome = try CommandLineTool.run(
        "drift", model.path, "--reference", checkpoint.folder.path, "--input", input, input: texts)
      #expect(outcome.text == expected.text)
    }
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let words = ["\"$0\"", "drift", "\"$1\"", "--reference", "\"$2\"", "--input", "/dev/stdin", "--json"]
    shell.arguments = [
      "-c", "printf 'a b c\\nabc\\nd\\n' | \(words.joined(separator: " ")) > \"$3\"",
      try CommandLineTool.path(), model.path, checkpoint.folder.path, model.folder.file("piped.json"),
    ]
    try shell.run()
    shell.waitUntilExit()
    let piped = String(decoding: try model.folder.read("piped.json"), as: UTF8.self)
    #expect(try jsonObject(piped)["texts"] as? Int == 3)
  }

  @Test func vectorsOfAnotherTool() throws {
    let texts = ["a b c", "abc", "d"]
    let bytes = try vectors(texts)
    let path = try model.folder.write(bytes, "vectors.npy")
    let input = try model.folder.write(texts.map { $0 + "\n" }.joined(), "texts.txt")
    let outcome = try CommandLineTool.run(
      "drift", model.path, "--reference", path, "--input", input, "--json")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let object = try jsonObject(outcome.text)
    let lowest = try #require((object["cosine"] as? [String: Double])?["min"])
    #expect(lowest > 1 - 1e-15 && object["maximum_absolute"] as? Double == 0)
    #expect((object["layers"] as? [Any])?.isEmpty == true && (object["matrices"] as? [Any])?.isEmpty == true)

    let doubled = try model.folder.write(
      bytes.prefix(128) + bytes.dropFirst(128).floats.flatMap { ($0 * 2).littleEndianBytes }, "doubled.npy")
    let noted = try CommandLineTool.run("drift", model.path, "--reference", doubled, "--input", input)
    #expect(noted.status == 0 && noted.errors.contains("2.000 times as long"), "\(noted.errors)")
  }

  @Test func vectorsThatDoNotFit() throws {
    let texts = ["a b c", "abc", "d"]
    let bytes = try vectors(texts)
    let input = try model.folder.write("a b c\nabc\n", "two.txt")
    func run(_ bytes: some Sequence<UInt8>, _ input: String) throws -> CommandLineTool.Outcome {
      let path = try model.folder.write(bytes, "vectors.npy")
      return try CommandLineTool.run("drift", model.path, "--reference", path, "--input", input)
    }
    expectFailure(try run(bytes, input), 65, "vectors.npy", "3 vectors of 36", "2 texts")
    let three = try model.folder.write("a b c\nabc\nd\n", "three.txt")
    var broken = bytes
    broken.replaceSubrange(128 + 4 * 36 * 2..<128 + 4 * 36 * 2 + 4, with: Float.nan.littleEndianBytes)
    expectFailure(try run(broken, three), 65, "vectors.npy", "row 2", "NaN")
    expectFailure(try run(bytes.dropLast(), three), 65, "vectors.npy", "bytes")
    expectFailure(try run(Array("PK".utf8), three), 65, "vectors.npy", "not a NumPy", "checkpoint folder")
  }

  @Test func wrongUsage() throws {
    expectFailure(try CommandLineTool.run("drift", model.path, "--input", "x"), 64, "--reference")
    expectFailure(try CommandLineTool.run("drift", model.path, "--html", model.path), 64, model.path)
    expectFailure(
      try CommandLineTool.run("drift", model.path, "--html", "a", "--sentences", "a"), 64, "same file")
    expectFailure(
      try CommandLineTool.run("drift", model.path, "--html", model.folder.file("no/where.html")), 74,
      "where.html")
    expectFailure(
      try CommandLineTool.run(
        "drift", model.path, "--reference", checkpoint.folder.path, "--input", model.folder.path), 66,
      model.folder.path, "directory")
  }
}

extension Collection<UInt8> {
  /// Little-endian floats.
  fileprivate var floats: [Float] {
    let bytes = Array(self)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}

extension Float {
  fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: bitPattern.littleEndian) { Array($0) } }
}
