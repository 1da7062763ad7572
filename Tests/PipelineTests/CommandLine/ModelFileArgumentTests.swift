import Foundation
import KoQuant
import Testing

/// What every command says to files that are not models, and to command lines that are wrong.
@Suite final class ModelFileArgumentTests {
  static let commands: [[String]] = [
    ["embed", "abc", "--model"], ["tokenize", "abc", "--model"], ["inspect"], ["inspect", "--json"],
    ["verify"],
    ["drift"],
  ]

  private let model: TinyModel

  init() throws { model = try TinyModel() }

  @Test(arguments: commands) func filesThatAreNotThere(command: [String]) throws {
    let path = model.folder.file("nothing.koq")
    expectFailure(try CommandLineTool.run(command + [path]), 66, path, "No such file or directory")
    expectFailure(try CommandLineTool.run(command + [model.folder.path]), 66, model.folder.path, "directory")
    expectFailure(try CommandLineTool.run(command + ["/dev/null"]), 66, "/dev/null", "not a regular file")
  }

  @Test(arguments: commands) func filesOfAnotherKind(command: [String]) throws {
    let path = try model.folder.write("this is something else entirely", "other.koq")
    expectFailure(try CommandLineTool.run(command + [path]), 65, path, "not a .koq file", "koquant convert")
    let empty = try model.folder.write("", "empty.koq")
    expectFailure(try CommandLineTool.run(command + [empty]), 65, empty, "empty")
  }

  @Test(arguments: commands) func damagedFiles(command: [String]) throws {
    let bytes = try model.bytes()
    let short = try model.folder.write(bytes[..<5000], "short.koq")
    let cut = try CommandLineTool.run(command + [short])
    var header = bytes
    header[20] ^= 1
    let changed = try model.folder.write(header, "changed.koq")
    let flipped = try CommandLineTool.run(command + [changed])
    if command == ["verify"] {
      #expect(cut.status == 1 && cut.text.contains("FAILED") && cut.text.contains("truncated: 5000 bytes"))
      #expect(flipped.status == 1 && flipped.text.contains("FAILED") && flipped.text.contains("header"))
    } else {
      expectFailure(cut, 65, short, "truncated: 5000 bytes of \(bytes.count)", "convert the checkpoint again")
      expectFailure(flipped, 65, changed, "header", "convert the checkpoint again")
    }
  }

  @Test func wrongCommandLines() throws {
    let wrong: [[String]] = [
      ["nonsense"], ["embed", "--model"], ["models", "x"],
      ["embed", "--model", model.path, "--format", "xml", "a"],
      ["embed", "--model", model.path, "--threads", "0", "a"],
      ["embed", "--model", model.path, "--threads", "1025", "a"],
      ["embed", "--model", model.path, "--threads", "many", "a"],
      ["embed", "--model", model.path, "--batch-tokens", "0", "a"],
      ["embed", "--model", model.path, "--batch-tokens", "99999999999999999999", "a"],
      ["embed", "--model", model.path, "--truncate", "perhaps", "a"],
      ["embed", "--model", model.path, "--wrong"],
      ["convert"], ["convert", "somewhere"], ["convert", "somewhere", "-o", ""],
      ["convert", "somewhere", "-o", "x", "--level", "23"], ["embed", "--model", model.path, "-o", "", "a"],
      ["convert", "somewhere", "-o", "x", "--compression", "gzip"],
      ["drift", model.path, "--input", "texts"], ["drift", model.path, "--html", "-"], ["verify", "a", "b"],
      ["embed", "--model", "", "a"], ["convert", "somewhere", "-o", "-"], ["pack", model.path, "-o", "-"],
      ["cpu", "x"],
    ]
    for arguments in wrong {
      let outcome = try CommandLineTool.run(arguments)
      expectFailure(outcome, 64, "Usage: koquant")
    }
    expectFailure(
      try CommandLineTool.run("embed", "--model", model.path, "--format", "xml", "a"), 64, "jsonl", "npy")
  }

  @Test func kernelsThatDoNotExist() throws {
    for command in [["cpu"], ["embed", "--model", model.path, "abc"], ["verify", model.path]] {
      let outcome = try CommandLineTool.run(command, environment: ["KOQUANT_ISA": "nonsense"])
      #expect(outcome.status == 64)
      for word in ["nonsense", "KOQUANT_ISA", "portable"] {
        #expect(outcome.errors.contains(word), "\(command): \(outcome.errors)")
      }
    }
  }

  @Test(arguments: ["", "convert", "embed", "tokenize", "drift", "inspect", "verify", "cpu"])
  func helpIsThere(command: String) throws {
    let outcome = try CommandLineTool.run((command.isEmpty ? [] : [command]) + ["--help"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.text.contains("USAGE: koquant"))
    // Lines are broken where they end in the terminal, not in the source.
    for line in outcome.text.split(separator: "\n") where !line.hasPrefix("USAGE") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func version() throws {
    let outcome = try CommandLineTool.run("--version")
    #expect(outcome.status == 0 && outcome.text == "1.1.0\n")
  }
}
