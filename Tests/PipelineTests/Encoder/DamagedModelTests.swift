import Conversion
import Foundation
import KoQuant
import Testing

/// Model files that were damaged on the way: a typed error, or the same vectors.
@Suite struct DamagedModelTests {
  private static let sequence: [UInt32] = [0, 5, 31, 33, 1, 2]

  /// The bits of a vector of the file in `memory`; nil when the file is refused.
  private func vector(_ memory: AlignedBuffer) throws -> [UInt32]? {
    do {
      let file = try KoqFile(memory: UnsafeRawBufferPointer(memory.bytes))
      return try EmbeddingModel(file).embed([Self.sequence])[0]
    } catch let error as KoqError {
      #expect(!error.message.isEmpty)
    } catch let error as EmbeddingError {
      #expect(!error.message.isEmpty)
    }
    return nil
  }

  private func memory(_ bytes: some Collection<UInt8>) throws -> AlignedBuffer {
    let buffer = try AlignedBuffer(byteCount: bytes.count)
    buffer.bytes.copyBytes(from: bytes)
    return buffer
  }

  @Test(arguments: [KoqWriter.Compression.stored, .zstd(level: 3)])
  func flippedBytes(compression: KoqWriter.Compression) throws {
    let bytes = try TinyModel("tiny-roberta", compression).bytes()
    let memory = try memory(bytes)
    let expected = try #require(try vector(memory))
    var accepted: [Int] = []
    // A prime step visits all of header, table and sections over both flips.
    for (position, mask) in stride(from: 0, to: bytes.count, by: 13).map({ ($0, UInt8(1)) })
      + (0..<192).map({ ($0, UInt8(0x80)) })
    {
      memory.bytes[position] ^= mask
      if let found = try vector(memory) {
        #expect(found == expected, "byte \(position)")
        accepted.append(position)
      }
      memory.bytes[position] ^= mask
    }
    // Probes, provenance and the gaps between sections play no part in a vector.
    #expect(accepted.count < bytes.count / 13 / 2)
  }

  @Test func truncations() throws {
    let bytes = try TinyModel().bytes()
    for length in Array(0..<130) + stride(from: 130, to: bytes.count, by: 997) + [bytes.count - 1] {
      #expect(try vector(memory(bytes[..<length])) == nil, "\(length) bytes")
    }
    #expect(try vector(memory(bytes + [0])) == nil)
  }

  @Test func truncatedFilesSayHowMuchIsMissing() throws {
    let model = try TinyModel()
    let bytes = try model.bytes()
    let path = try model.folder.write(bytes[..<3000], "short.koq")
    do {
      _ = try EmbeddingModel(path: path)
      Issue.record("the file was opened")
    } catch {
      #expect(error.message.contains(path) && error.message.contains("3000 bytes of \(bytes.count)"))
      #expect(error.message.contains("copy it again"))
    }
  }

  @Test func filesThatCannotBeOpened() throws {
    let folder = try TemporaryFolder()
    for path in [folder.file("nothing.koq"), folder.path] {
      do {
        _ = try EmbeddingModel(path: path)
        Issue.record("opened")
      } catch {
        guard case .system(let system) = error else { throw error }
        #expect(system.operation == .open && error.message.contains(path))
      }
    }
  }
}
