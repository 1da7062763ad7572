import Evaluation
import Foundation
import Interchange
import KoQuant
import Reference
import Testing

@Suite final class EmbedCommandTests {
  private let model: TinyModel
  private let opened: EmbeddingModel

  init() throws {
    model = try TinyModel()
    opened = try EmbeddingModel(path: model.path)
  }

  private func embed(_ arguments: String..., input: [UInt8]? = nil) throws -> CommandLineTool.Outcome {
    try CommandLineTool.run(["embed", "--model", model.path] + arguments, input: input)
  }

  private func bits(_ text: String) throws -> [UInt32] { try opened.embed([opened.tokens(text)])[0] }

  private static func bits(_ value: Any?) throws -> [UInt32] {
    try #require(value as? [NSNumber]).map { $0.floatValue.bitPattern }
  }

  @Test func jsonLinesHaveTheDocumentedKeys() throws {
    let texts = ["abc", "hello, world!", "", "say \"ab\"\\\t[PAD]", "한국어 🙂"]
    let outcome = try embed("--", texts[0], texts[1], texts[2], texts[3], texts[4])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.count == texts.count)
    for (index, (line, text)) in zip(outcome.lines, texts).enumerated() {
      #expect(line.hasPrefix("{\"index\":\(index),\"text\":"))
      let object = try jsonObject(line)
      #expect(Set(object.keys) == ["index", "text", "tokens", "truncated", "embedding"])
      #expect(object["index"] as? Int == index && object["text"] as? String == text)
      #expect(object["tokens"] as? Int == opened.tokens(text).count && object["truncated"] as? Bool == false)
      #expect(try Self.bits(object["embedding"]) == bits(text))
    }
  }

  @Test func linesOfStandardInput() throws {
    let plain = try embed(input: Array("abc\n\nd e\r\nlast".utf8))
    #expect(plain.status == 0 && plain.errors.isEmpty)
    let texts = try plain.lines.map { try jsonObject($0)["text"] as? String }
    #expect(texts == ["abc", "", "d e", "last"])
    #expect(try embed("abc", "", "d e", "last").output == plain.output)
    #expect(try embed(input: Array("abc\n\nd e\nlast\n".utf8)).output == plain.output)
    #expect(try embed(input: Array("abc\r\n\r\nd e\r\nlast\r\n".utf8)).output == plain.output)
  }

  @Test func noTextsGiveNoVectors() throws {
    for format in ["jsonl", "text", "f32"] {
      let outcome = try embed("--format", format, input: [])
      #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    }
    let array = try embed("--format", "npy", input: [])
    let matrix = try array.output.withUnsafeBytes { try FloatMatrix(npy: $0) }
    #expect(matrix.rows == 0 && matrix.columns == 36)
  }

  @Test func numbersInEveryFormat() throws {
    let texts = ["abc", "z", "hello, world!"]
    let expected = try texts.map(bits)
    let text = try embed("--format", "text", "abc", "z", "hello, world!")
    #expect(text.lines.map { $0.split(separator: " ").map { Float($0)?.bitPattern } } == expected)

    let raw = try embed("--format", "f32", "abc", "z", "hello, world!")
    #expect(raw.output.count == 3 * 36 * 4)
    let values = raw.output.withUnsafeBytes { bytes in
      (0..<3 * 36).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
    }
    #expect(values == expected.flatMap { $0 })

    let array = try embed("--format", "npy", "abc", "z", "hello, world!")
    #expect(array.output.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]))
    let length = Int(array.output[8]) | Int(array.output[9]) << 8
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: array.output[10..<10 + length], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 36), }"))
    #expect(header.hasSuffix("\n"))
    #expect(Array(array.output[(10 + length)...]) == raw.output)
  }

  @Test(arguments: ["jsonl", "text", "npy", "f32"]) func outputToAFileIsTheSame(format: String) throws {
    let path = model.folder.file("vectors")
    let outcome = try embed("--format", format, "-o", path, "abc", "z")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(try model.folder.read("vectors") == embed("--format", format, "abc", "z").output)
    #expect(model.folder.contents == ["model.koq", "vectors"])
  }

  @Test func optionsDoNotChangeBits() throws {
    let input = Array((0..<300).map { "text \($0 * $0) of many" }.joined(separator: "\n").utf8)
    let expected = try embed("--format", "f32", input: input).output
    #expect(expected.count == 300 * 36 * 4)
    for arguments in [
      ["--threads", "1"], ["--threads", "3"], ["--batch-tokens", "1"], ["--batch-tokens", "9999"],
    ] {
      let outcome = try CommandLineTool.run(
        ["embed", "--model", model.path, "--format", "f32"] + arguments, input: input)
      #expect(outcome.output == expected, "\(arguments)")
    }
    for name in ["avx512vnni", "avx2", "portable", "neon", "neondot"] {
      let outcome = try CommandLineTool.run(
        ["embed", "--model", model.path, "--format", "f32"], input: input, environment: ["KOQUANT_ISA": name])
      if outcome.status == 0 { #expect(outcome.output == expected, "\(name)") }
      if outcome.status != 0 { expectFailure(outcome, 64, "no kernels \"\(name)\"", "KOQUANT_ISA") }
    }
    let nothing = try CommandLineTool.run(
      ["embed", "--model", model.path, "--format", "f32"], input: input, environment: ["KOQUANT_ISA": ""])
    #expect(nothing.output == expected)
  }

  @Test func normalize() throws {
    let outcome = try embed("--normalize", "--format", "text", "abc")
    let squares = outcome.text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.map { $0 * $0 }
    #expect(squares.count == 36 && abs(squares.reduce(0, +) - 1) < 1e-6)
  }

  @Test func longTextsAreCutAndSaidSo() throws {
    let long = String(repeating: "a ", count: 60)
    let outcome = try embed(input: Array("abc\n\(long)\n\(long)\n".utf8))
    #expect(outcome.status == 0)
    #expect(try outcome.lines.map { try jsonObject($0)["truncated"] as? Bool } == [false, true, true])
    #expect(try outcome.lines.map { try jsonObject($0)["tokens"] as? Int } == [5, 40, 40])
    for word in ["2 texts were cut to 40 tokens", "line 2", "--truncate error"] {
      #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }
  }

  @Test func longTextsAreRefusedOnDemand() throws {
    let long = String(repeating: "a ", count: 60)
    let path = try model.folder.write("before", "vectors.npy")
    for format in ["npy", "jsonl"] {
      let outcome = try embed(
        "--truncate", "error", "--format", format, "-o", path, input: Array("abc\n\(long)\n".utf8))
      expectFailure(outcome, 65, "line 2", "62 tokens", "takes 40", "--truncate")
      #expect(try model.folder.read("vectors.npy") == Array("before".utf8))
      #expect(model.folder.contents == ["model.koq", "vectors.npy"])
    }
    expectFailure(try embed("--truncate", "error", long), 65, "command line, text 1", "62 tokens")
  }

  @Test func bytesThatAreNotText() throws {
    let outcome = try embed(input: [0x61, 0xFF, 0x62, 0x0A, 0x63, 0x0A])
    #expect(outcome.status == 0)
    #expect(try outcome.lines.map { try jsonObject($0)["text"] as? String } == ["a\u{FFFD}b", "c"])
    for word in ["1 text has bytes that are not UTF-8", "line 1"] {
      #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }
  }

  @Test func linesOfTenMegabytes() throws {
    var input = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000_000)
    input += Array("\nabc\n".utf8)
    let outcome = try embed("--format", "f32", input: input)
    #expect(outcome.status == 0 && outcome.output.count == 2 * 36 * 4)
    var words: [UInt8] = []
    for _ in 0..<5_000_000 { words += [UInt8(ascii: "a"), UInt8(ascii: " ")] }
    let cut = try embed("--format", "f32", input: words)
    #expect(cut.status == 0 && cut.output.count == 36 * 4 && cut.errors.contains("cut to 40 tokens"))
  }

  @Test func linesWithoutEnd() throws {
    let outcome = try embed("--format", "f32", input: [UInt8](repeating: 0x61, count: (64 << 20) + 10))
    expectFailure(outcome, 65, "standard input", "line 1", "67108864 bytes", "split")
  }

  @Test func aFullDeviceIsAnError() throws {
    for format in ["jsonl", "npy"] {
      let arguments = ["embed", "--model", model.path, "--format", format, "abc"]
      let outcome = try CommandLineTool.run(arguments, output: "/dev/full")
      expectFailure(outcome, 74, "standard output", "No space left")
    }
    expectFailure(try embed("--output", "/dev/full", "abc"), 74, "/dev/full", "not a regular file")
  }

  @Test func streamsThatAreClosed() throws {
    let tool = try CommandLineTool.path()
    let path = model.folder.file("vectors")
    let expected = try embed("--format", "npy", String(repeating: "a ", count: 60)).output
    for (redirection, arguments, status) in [
      ("2>&-", "-o \"$2\"", 0), ("0<&- 1>&- 2>&-", "-o \"$2\"", 0), ("1>&-", "", 74), ("1>&- 2>&-", "", 74),
    ] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      let text = "'" + String(repeating: "a ", count: 60) + "'"
      process.arguments = [
        "-c", "\"$0\" embed --model \"$1\" --format npy \(arguments) \(text) \(redirection)", tool,
        model.path, path,
      ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == status, "\(redirection)")
      if status == 0 { #expect(try model.folder.read("vectors") == expected, "\(redirection)") }
    }
  }

  @Test func foldersWithoutRoomForTemporaryFiles() throws {
    let outcome = try CommandLineTool.run(
      ["embed", "--model", model.path, "--format", "npy", "abc"], environment: ["TMPDIR": "/nonexistent"])
    expectFailure(outcome, 74, "temporary file in /nonexistent", "No such file or directory")
  }

  @Test func foldersThatAreNotThere() throws {
    let path = model.folder.file("missing/vectors.npy")
    expectFailure(try embed("-o", path, "abc"), 74, path, "No such file or directory")
    expectFailure(try embed("-o", model.folder.path, "abc"), 74, model.folder.path, "Is a directory")
  }

  /// The second is how programs start it that ignore the signal: it then sees an error.
  @Test(arguments: ["", "trap '' PIPE; "]) func aClosedPipeEndsItQuietly(preparation: String) throws {
    let tool = try CommandLineTool.path()
    let script =
      preparation
      + "yes 'some text' 2> /dev/null | \"$0\" embed --model \"$1\" 2> \"$2\" | head -n 1"
    let errors = model.folder.file("errors")
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, tool, model.path, errors]
    process.standardOutput = pipe
    try process.run()
    let line = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try jsonObject(String(decoding: line, as: UTF8.self))["text"] as? String == "some text")
    #expect(try model.folder.read("errors").isEmpty)
  }
}
