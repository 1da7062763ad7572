import Conversion
import KoQuant
import Testing

/// Whichever allocation the system refuses, the answer is an error that says so.
@Suite struct OutOfMemoryTests {
  /// Refuses one allocation, counting from 0.
  private final class Allocator: @unchecked Sendable {
    var count = 0
    var refused = Int.max

    var calls: SystemCalls {
      var calls = SystemCalls()
      calls.allocate = { [self] alignment, size in
        defer { count += 1 }
        return count == refused ? nil : SystemCalls.live.allocate(alignment, size)
      }
      return calls
    }
  }

  private func embed(_ tiny: TinyModel, _ residency: Residency, _ calls: SystemCalls) throws -> [[UInt32]] {
    let options = EmbeddingModel.Options(residency: residency, threads: 1)
    let model = try tiny.open(options, calls: calls)
    // One thread: the allocator counts without a lock.
    var session = try EmbeddingSession(model, options: .init(threads: 1))
    var batch = PackedBatch()
    batch.append([0, 5, 31, 33, 1, 2])
    return try session.embedBits(batch, dimension: 36)
  }

  @Test(arguments: [KoqWriter.Compression.stored, .zstd(level: 3)], Residency.allCases)
  func everyAllocation(compression: KoqWriter.Compression, residency: Residency) throws {
    if compression != .stored && residency == .mapped { return }
    let tiny = try TinyModel("tiny-roberta", compression)
    let counting = Allocator()
    let expected = try embed(tiny, residency, counting.calls)
    #expect(counting.count > 5)
    for refused in 0..<counting.count {
      let allocator = Allocator()
      allocator.refused = refused
      do {
        let bits = try embed(tiny, residency, allocator.calls)
        // A file that cannot be mapped for want of memory is read.
        #expect(bits == expected)
      } catch let error as EmbeddingError {
        #expect(error.message.contains("memory"), "allocation \(refused): \(error.message)")
      }
    }
  }

  @Test func refusedMappings() throws {
    let tiny = try TinyModel("tiny-roberta", .stored)
    var calls = SystemCalls()
    calls.map = { _, _, _ in -12 }  // ENOMEM
    #expect(try embed(tiny, .streamed, calls) == embed(tiny, .mapped, .live))
    do {
      _ = try embed(tiny, .mapped, calls)
      Issue.record("mapped")
    } catch let error as EmbeddingError {
      #expect(error.message.contains("memory"))
    }
  }
}
