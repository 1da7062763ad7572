import Checkpoint
import Conversion
import Foundation
import Kernels
import KoQuant

/// A copy of one of the tiny checkpoints that a test may change: 2 layers x 36 channels, 3 heads, 54 inner
/// channels, 61 tokens, none of them a multiple of a vector.
final class TinyCheckpoint: Sendable {
  static let names = ["tiny-bert", "tiny-roberta"]

  let folder: TemporaryFolder

  init(_ name: String = "tiny-roberta") throws {
    folder = try TemporaryFolder(copying: ReferenceGolden(name).folder)
  }

  /// Calls `body` with the opened checkpoint.
  func open<Result>(_ body: (Checkpoint) throws -> Result) throws -> Result {
    defer { withExtendedLifetime(folder) {} }
    return try body(Checkpoint(path: folder.path))
  }

  /// Converts the checkpoint to a file at `path`.
  @discardableResult
  func convert(
    to path: String, _ compression: KoqWriter.Compression = .stored, threads: Int = 2,
    progress: @escaping (Converter.Progress) -> Void = { _ in }
  ) throws -> ConversionReport {
    try open {
      try Converter.convert(
        $0, to: path, options: .init(compression: compression, threads: threads), progress: progress)
    }
  }

  /// Sets what `1_Pooling/config.json` asks for: "cls_token", "mean_tokens", "max_tokens" or
  /// "mean_sqrt_len_tokens".
  func setPooling(_ mode: String) throws {
    let modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"]
    let fields = modes.map { "\"pooling_mode_\($0)\": \($0 == mode)" }
    try folder.write(
      "{\"word_embedding_dimension\": 36, \(fields.joined(separator: ", "))}", "1_Pooling/config.json")
  }

  /// Changes elements of the tensors whose names end in `suffix`, in place in `model.safetensors`.
  ///
  /// - Returns: how many tensors there were.
  @discardableResult
  func change(_ suffix: String, _ body: (_ index: Int, _ value: Float) -> Float) throws -> Int {
    var bytes = try folder.read("model.safetensors")
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any] ?? [:]
    var changed = 0
    for (name, value) in header where name.hasSuffix(suffix) {
      guard let offsets = (value as? [String: Any])?["data_offsets"] as? [Int] else { continue }
      changed += 1
      bytes.withUnsafeMutableBytes { buffer in
        for (index, place) in stride(from: offsets[0], to: offsets[1], by: 4).enumerated() {
          let offset = 8 + length + place
          let value = buffer.loadUnaligned(fromByteOffset: offset, as: Float.self)
          buffer.storeBytes(of: body(index, value), toByteOffset: offset, as: Float.self)
        }
      }
    }
    try folder.write(bytes, "model.safetensors")
    return changed
  }
}

/// A model file made from a tiny checkpoint.
final class TinyModel: Sendable {
  let folder: TemporaryFolder
  let path: String
  let report: ConversionReport

  init(_ checkpoint: TinyCheckpoint, _ compression: KoqWriter.Compression = .stored) throws {
    folder = try TemporaryFolder()
    path = folder.file("model.koq")
    report = try checkpoint.convert(to: path, compression)
  }

  convenience init(
    _ name: String = "tiny-roberta", _ compression: KoqWriter.Compression = .stored
  ) throws {
    try self.init(TinyCheckpoint(name), compression)
  }

  func bytes() throws -> [UInt8] {
    defer { withExtendedLifetime(folder) {} }
    return try folder.read("model.koq")
  }

  func openFile(access: KoqFile.Access = .mapped) throws -> KoqFile {
    defer { withExtendedLifetime(folder) {} }
    return try KoqFile(path: path, access: access)
  }

  /// Opens the file with one of this CPU's kernel tables, the fastest when none is given.
  func open(kernels: KernelTable? = nil) throws -> EmbeddingModel {
    defer { withExtendedLifetime(folder) {} }
    return try EmbeddingModel(path: path, kernels: kernels)
  }

  /// Writes a file with the same sections, whose hashes are right, after `change` had its way with their bytes.
  func copy(to path: String, _ change: (_ name: String, _ bytes: inout [UInt8]) -> Void) throws {
    let file = try openFile()
    let decoder = try SectionDecoder()
    let writer = try KoqWriter(path: path)
    for entry in file.sections {
      var bytes = [UInt8](repeating: 0, count: entry.rawLength)
      try bytes.withUnsafeMutableBytes { try file.decode(entry, into: $0, using: decoder) }
      change(entry.name.string, &bytes)
      var section = KoqWriter.Section(
        entry.name, entry.elementType, shape: (0..<entry.shape.rank).map { entry.shape[$0] },
        rowsPerBlock: entry.rowsPerBlock, attribute: entry.attribute)
      section.kind = entry.kind
      try bytes.withUnsafeBytes { try writer.append(section, $0, .stored) }
    }
    _ = try writer.finish()
  }
}
