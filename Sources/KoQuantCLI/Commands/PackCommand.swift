import ArgumentParser
import Conversion
import KoQuant

struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Compress a model file.",
    discussion: """
      The opposite of `koquant unpack`. The vectors and the content hash stay the same; the file becomes smaller \
      and its weights are decoded when it is used. The output appears when it is whole.
      """)

  @OptionGroup var files: RepackedFiles

  @Option(
    name: .long,
    help: "Level of zstd for int8 tensors, 1 to 22; high ones gain nothing there. The rest takes at least 19."
  )
  var level: Int32 = 3

  func validate() throws {
    guard (1...22).contains(level) else { throw ValidationError("--level takes a number from 1 to 22.") }
  }

  func run() throws { try files.repack(.zstd(level: level)) }
}

struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack",
    abstract: "Decompress a model file, to use its weights in place.",
    discussion: """
      Stored weights are mapped: processes share them, and the first vector comes at once. The vectors and the \
      content hash stay the same. The output appears when it is whole.
      """)

  @OptionGroup var files: RepackedFiles

  func run() throws { try files.repack(.stored) }
}

/// The files of `pack` and `unpack`.
struct RepackedFiles: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The model to read: a file, or a name from `koquant models`.", valueName: "file.koq"))
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "file.koq"))
  var output: String

  func validate() throws {
    try requireFileName(output, for: "--output")
  }

  fileprivate func repack(_ compression: KoqWriter.Compression) throws {
    try reportingFailures {
      let path = try ModelLibrary.path(of: file)
      try refuse(output, asReplacementOf: [path])
      let source = try KoqFile(path: path, access: .read)
      let summary = try Repacker.repack(source, to: output, compression: compression)
      Terminal.standardError.line(
        "\(output): \(megabytes(UInt64(summary.header.totalLength))), from "
          + "\(megabytes(UInt64(source.header.totalLength)))")
    }
  }
}
