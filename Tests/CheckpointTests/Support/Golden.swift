import Checkpoint
import Foundation

/// The golden inputs, made by `Tools/make-checkpoint-golden`.
enum Golden {
  static let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// All weights in the order of `Weight.all(layers:)`, as bit patterns: -0 is not 0.
  static func values(_ name: String) throws -> [UInt32] {
    let bytes = try bytes("values/\(name)")
    return stride(from: 0, to: bytes.count, by: 4).map { index in
      bytes[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}

/// A folder that is removed with this object, at first the golden tiny checkpoint without weights.
final class TemporaryFolder {
  let url: URL
  var path: String { url.path }

  init(empty: Bool = false) throws {
    // Files are rewritten thousands of times, which a disk's file system makes slow.
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    let parent = isThere ? memory : FileManager.default.temporaryDirectory
    url = parent.appendingPathComponent("koquant-\(UUID().uuidString)")
    if empty {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } else {
      try FileManager.default.copyItem(at: Golden.folder.appendingPathComponent("tiny"), to: url)
    }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ text: String, _ name: String) throws {
    try write(Array(text.utf8), name)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: url.appendingPathComponent(name))
  }

  /// Replaces text in a file; fails the test when there is none.
  func replace(_ old: String, _ new: String, in name: String) throws {
    let file = url.appendingPathComponent(name)
    let text = try String(contentsOf: file, encoding: .utf8)
    guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
    try write(text.replacingOccurrences(of: old, with: new), name)
  }

  func open() throws(CheckpointError) -> Checkpoint {
    try Checkpoint(path: path)
  }

  /// Why the folder cannot be opened, or one of its weights not be read; nil when all is well.
  func failure() -> CheckpointError? {
    do {
      _ = try open().allBits()
      return nil
    } catch {
      return error
    }
  }
}

extension Checkpoint {
  /// All weights one after the other, as bit patterns.
  func allBits() throws(CheckpointError) -> [UInt32] {
    var result: [UInt32] = []
    for weight in weights { result += try values(of: weight).map(\.bitPattern) }
    return result
  }

  func values(of weight: Weight, rows: Range<Int>? = nil) throws(CheckpointError) -> [Float] {
    let shape = try shape(of: weight)
    let rows = rows ?? 0..<shape[0]
    var values = [Float](repeating: 7, count: rows.count * shape.dropFirst().reduce(1, *))
    try values.withUnsafeMutableBufferPointer { buffer throws(CheckpointError) in
      try read(weight, rows: rows, into: buffer)
    }
    return values
  }
}

/// SplitMix64, so that random tests repeat.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
