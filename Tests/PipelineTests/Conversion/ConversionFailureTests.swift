import Checkpoint
import Conversion
import Foundation
import KoQuant
import Testing

/// Good work is not overwritten by bad, and nothing is left behind.
@Suite struct ConversionFailureTests {
  private func convert(_ checkpoint: TinyCheckpoint, to path: String) throws {
    try checkpoint.convert(to: path, threads: 1)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotNumbersLeaveTheFileBefore(value: Float) throws {
    let folder = try TemporaryFolder()
    try convert(TinyCheckpoint(), to: folder.file("model.koq"))
    let before = try folder.read("model.koq")
    for suffix in ["layer.1.output.dense.weight", "layer.1.output.LayerNorm.bias", "word_embeddings.weight"] {
      let checkpoint = try TinyCheckpoint()
      #expect(try checkpoint.change(suffix) { $0 == 7 ? value : $1 } == 1)
      for name in ["model.koq", "new.koq"] {
        do {
          try convert(checkpoint, to: folder.file(name))
          Issue.record("converted")
        } catch {
          let message = String(describing: error)
          #expect(message.contains("model.safetensors") && message.contains(suffix), "\(message)")
        }
      }
      #expect(try folder.read("model.koq") == before)
      #expect(folder.contents == ["model.koq"])
    }
  }

  @Test func placesThatCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a file", "file")
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
    let places = [
      folder.file("missing/model.koq"), folder.file("folder"), file + "/model.koq", "/dev/full",
      "/proc/model.koq",
    ]
    for path in places {
      do {
        try convert(TinyCheckpoint(), to: path)
        Issue.record("converted to \(path)")
      } catch let error as KoqError {
        guard case .system(let cause) = error.reason else { throw error }
        #expect(cause.operation == .create && error.message.contains(path), "\(error.message)")
      }
    }
    #expect(folder.contents == ["file", "folder"])
    #expect(try folder.read("file") == Array("a file".utf8))
  }

  @Test func foldersWithoutPermission() throws {
    // The superuser may write anywhere.
    guard geteuid() != 0 else { return }
    let folder = try TemporaryFolder()
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    #expect(throws: KoqError.self) { try convert(TinyCheckpoint(), to: folder.file("model.koq")) }
    #expect(folder.contents.isEmpty)
  }

  @Test func oneFileTakesTheOthersPlaceAndKeepsItsPermissions() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = try folder.write("something else", "model.koq")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try convert(TinyCheckpoint(), to: path)
    _ = try EmbeddingModel(path: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(folder.contents == ["model.koq"])
  }

  /// A disk that takes no more bytes at some call: every call of a small file fails once.
  @Test func fullDisksLeaveNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.koq")
    func write(failingAt failing: Int) throws -> Int {
      let counter = CallCounter()
      var calls = SystemCalls.live
      calls.writeAt = { descriptor, bytes, count, offset in
        counter.next() == failing
          ? -Int64(Errno.noSpace) : SystemCalls.live.writeAt(descriptor, bytes, count, offset)
      }
      let writer = try KoqWriter(path: path, calls: calls)
      let rows = [UInt8](repeating: 3, count: 5000)
      for (name, compression) in [("a", KoqWriter.Compression.stored), ("b", .zstd(level: 1))] {
        let section = KoqWriter.Section(
          SectionName(string: name) ?? .none, .int8, shape: [50, 100], rowsPerBlock: 7)
        try rows.withUnsafeBytes { try writer.append(section, $0, compression) }
      }
      _ = try writer.finish()
      return counter.count
    }
    let total = try write(failingAt: -1)
    let before = try folder.read("model.koq")
    for failing in 0..<total {
      do {
        _ = try write(failingAt: failing)
        Issue.record("call \(failing) failed unnoticed")
      } catch let error as KoqError {
        #expect(error.message.contains(path) && error.message.contains("No space left"), "\(error.message)")
      }
      #expect(folder.contents == ["model.koq"])
      #expect(try folder.read("model.koq") == before)
    }
  }
}

private final class CallCounter: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var count = 0

  /// The count before this call.
  func next() -> Int {
    lock.withLock {
      count += 1
      return count - 1
    }
  }
}
