import Foundation
import Testing

/// The `koquant` that was built with these tests.
struct CommandLineTool {
  struct Outcome {
    var status: Int32
    var output: [UInt8]
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n") }
  }

  /// `.build/…/release/koquant`, beside the test bundle; a missing program fails the test.
  static func path() throws -> String {
    let bundle = Bundle.module.bundleURL.deletingLastPathComponent()
    let path = bundle.appendingPathComponent("koquant").path
    try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) has not been built")
    return path
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - input: for standard input; nil for none.
  ///   - output: a file for standard output instead of `Outcome.output`.
  static func run(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:], output: String? = nil,
    folder: String? = nil
  ) throws -> Outcome {
    let files = try TemporaryFolder(large: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try path())
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "KOQUANT_ISA" }
      .merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    // Files rather than pipes: nothing can block, whatever the program writes first.
    let handles = try [
      FileHandle(forReadingFrom: URL(fileURLWithPath: files.write(input ?? [], "input"))),
      FileHandle(forWritingTo: URL(fileURLWithPath: output ?? files.write([], "output"))),
      FileHandle(forWritingTo: URL(fileURLWithPath: files.write([], "errors"))),
    ]
    process.standardInput = handles[0]
    process.standardOutput = handles[1]
    process.standardError = handles[2]
    try process.run()
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    #expect(process.terminationReason == .exit, "\(arguments) ended with signal \(process.terminationStatus)")
    return Outcome(
      status: process.terminationStatus, output: output == nil ? try files.read("output") : [],
      errors: String(decoding: try files.read("errors"), as: UTF8.self))
  }

  static func run(_ arguments: String..., input: String) throws -> Outcome {
    try run(arguments, input: Array(input.utf8))
  }

  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }
}

/// Expects that a run failed with `status`, wrote nothing on standard output and told why in one line with all of
/// `words`.
func expectFailure(
  _ outcome: CommandLineTool.Outcome, _ status: Int32, _ words: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
  #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
  for word in words {
    #expect(
      outcome.errors.contains(word), "\"\(word)\" in: \(outcome.errors)", sourceLocation: sourceLocation)
  }
  if status != 64 {
    #expect(
      outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("koquant: "), "\(outcome.errors)", sourceLocation: sourceLocation)
  }
}

/// One JSON object.
func jsonObject(_ text: some StringProtocol) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}
