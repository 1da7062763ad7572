import Foundation
import Testing

/// Where `koquant embed` writes to, and what it must not write over.
@Suite final class EmbedOutputTests {
  private let model: TinyModel
  private var folder: TemporaryFolder { model.folder }

  init() throws { model = try TinyModel() }

  private func shell(_ script: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "KOQUANT": try CommandLineTool.path(), "MODEL": model.path,
    ]) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func theTextsOnStandardInputAreNotReplaced() throws {
    let texts = try folder.write("a\nb\n", "texts.txt")
    for name in ["texts.txt", "./texts.txt", texts, "/dev/stdin"] {
      let outcome = try shell("$KOQUANT embed --model $MODEL -o \(name) < texts.txt 2>&1")
      #expect(outcome.status == 64 && outcome.output.contains("is one of the files being read"), "\(name)")
      #expect(try Array(folder.read("texts.txt")) == Array("a\nb\n".utf8))
    }
    // Texts from the command line: standard input is not read.
    #expect(try shell("$KOQUANT embed --model $MODEL -o texts.txt a < texts.txt").status == 0)
  }

  /// Between what others write there.
  @Test(arguments: ["-", "/dev/stdout", "/dev/fd/1"])
  func standardOutputIsWrittenTo(name: String) throws {
    let plain = try CommandLineTool.run("embed", "--model", model.path, "--format", "text", "ab").text
    let script =
      "{ echo first; $KOQUANT embed --model $MODEL --format text -o \(name) ab; echo last; } > out; cat out"
    let outcome = try shell(script)
    #expect(outcome.status == 0 && outcome.output == "first\n\(plain)last\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("-")))
  }

  @Test func aByteOrderMarkBelongsToNoText() throws {
    let marked = try CommandLineTool.run(
      ["embed", "--model", model.path], input: [0xEF, 0xBB, 0xBF] + Array("ab\r\nc".utf8))
    #expect(try marked.output == CommandLineTool.run("embed", "--model", model.path, "ab", "c").output)
  }

  /// A writer that is slower than the reader, and one that has not come yet.
  @Test func textsComeThroughPipesWithNames() throws {
    let vectors = try shell("$KOQUANT embed --model $MODEL --format npy -o v.npy ab c 'd e'; echo done")
    #expect(vectors.output == "done\n")
    let outcome = try shell(
      "mkfifo texts; { sleep 0.2; echo ab; sleep 0.2; echo c; echo d e; } > texts & "
        + "$KOQUANT drift $MODEL --reference v.npy --input texts --json")
    #expect(outcome.status == 0 && outcome.output.contains("\"cosine\""))
  }

  /// Swift's runtime would print a backtrace and let the program go on.
  @Test(arguments: [SIGQUIT, SIGABRT]) func signalsEndTheProgram(signal: Int32) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try CommandLineTool.path())
    process.arguments = ["embed", "--model", model.path, "-o", folder.file("out")]
    let (texts, errors) = (Pipe(), Pipe())
    process.standardInput = texts
    process.standardError = errors
    // Worker threads of tests block signals, and what they start inherits that.
    var (none, blocked) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try process.run()
    try texts.fileHandleForWriting.write(contentsOf: Array("ab\n".utf8))
    // Once it waits for more.
    usleep(300_000)
    kill(process.processIdentifier, signal)
    try texts.fileHandleForWriting.close()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(said.isEmpty && !FileManager.default.fileExists(atPath: folder.file("out")))
  }
}
