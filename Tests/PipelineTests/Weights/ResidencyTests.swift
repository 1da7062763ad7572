import Conversion
import KoQuant
import Testing

/// Where the weights are changes no bit, and nothing that goes wrong on the way gives a vector.
@Suite struct ResidencyTests {
  private static let sequences: [[UInt32]] = (2...20).map { length in
    (0..<length).map { UInt32(($0 * 13 + length * 7) % 61) }
  }

  /// The bits of all vectors, with batches of at most `batchTokens`.
  private func embed(
    _ model: EmbeddingModel, threads: Int, batchTokens: Int, ringLayers: Int
  ) throws -> [[UInt32]] {
    var session = try EmbeddingSession(
      model, options: .init(threads: threads, batchTokens: batchTokens, ringLayers: ringLayers))
    var result: [[UInt32]] = []
    for sequence in Self.sequences {
      var batch = PackedBatch()
      batch.append(sequence)
      if batchTokens > 100 { batch.append(Self.sequences[3]) }
      result.append(try session.embedBits(batch, dimension: 36)[0])
    }
    return result
  }

  @Test(arguments: TinyCheckpoint.names) func allGiveTheSameBits(name: String) throws {
    let stored = try TinyModel(name, .stored)
    let packed = try TinyModel(name, .zstd(level: 3))
    let expected = try stored.open().embed(Self.sequences)
    for (file, residencies) in [
      (stored, Residency.allCases), (packed, [Residency.resident, .streamed]),
    ] {
      for residency in residencies {
        let model = try file.open(.init(residency: residency, threads: 2))
        #expect(model.residency == residency)
        for (threads, batchTokens, ringLayers) in [(1, 40, 1), (1, 40, 2), (2, 256, 2), (3, 256, 1)] {
          let bits = try embed(model, threads: threads, batchTokens: batchTokens, ringLayers: ringLayers)
          #expect(bits == expected, "\(residency.name), \(threads) threads, ring of \(ringLayers)")
        }
      }
    }
  }

  @Test func withoutAWishStoredFilesAreMapped() throws {
    #expect(try TinyModel("tiny-bert", .stored).open(.init()).residency == .mapped)
    #expect(try TinyModel("tiny-bert", .zstd(level: 1)).open(.init()).residency == .resident)
  }

  @Test func compressedFilesCannotBeMapped() throws {
    let packed = try TinyModel("tiny-bert", .zstd(level: 1))
    do {
      _ = try packed.open(.init(residency: .mapped))
      Issue.record("opened")
    } catch let error as EmbeddingError {
      #expect(error.message.contains(packed.path) && error.message.contains("koquant unpack"))
    }
  }

  @Test func filesystemsWithoutMappingAreRead() throws {
    let stored = try TinyModel("tiny-roberta", .stored)
    var calls = SystemCalls()
    calls.map = { _, _, _ in -19 }  // ENODEV
    let model = try stored.open(.init(), calls: calls)
    #expect(model.residency == .resident)
    #expect(try model.embed(Self.sequences) == stored.open().embed(Self.sequences))
    #expect(throws: EmbeddingError.self) {
      try stored.open(.init(residency: .mapped), calls: calls)
    }
  }

  @Test(arguments: [KoqWriter.Compression.stored, .zstd(level: 3)], Residency.allCases)
  func damageIsFound(compression: KoqWriter.Compression, residency: Residency) throws {
    if compression != .stored && residency == .mapped { return }
    let tiny = try TinyModel("tiny-roberta", compression)
    let bytes = try tiny.bytes()
    let expected = try tiny.open().embed(Self.sequences)
    let file = try tiny.openFile(access: .read)
    defer { withExtendedLifetime(tiny) {} }
    for entry in file.sections where entry.name != .probes && entry.name != .provenance {
      var damaged = bytes
      damaged[entry.offset + entry.storedLength / 3] ^= 0x10
      let path = try tiny.folder.write(damaged, "damaged.koq")
      var found: [[UInt32]]?
      do {
        let model = try EmbeddingModel(path: path, options: .init(residency: residency))
        found = try model.embed(Self.sequences)
      } catch let error as EmbeddingError {
        #expect(error.message.contains("damaged.koq"), "\(error.message)")
      }
      #expect(found == nil || found == expected, "\(entry.name.string)")
      #expect(throws: EmbeddingError.self) {
        try EmbeddingModel(path: path, options: .init(residency: residency, verify: true))
      }
    }
  }

  /// One sequence, whose layers come one by one, and many, whose blocks go through layers together.
  @Test(arguments: [1, 8], [1, 2]) func aFailedPassLeavesTheSessionUsable(repeats: Int, ringLayers: Int)
    throws
  {
    let tiny = try TinyModel("tiny-roberta", .zstd(level: 3))
    let failing = Failing()
    var calls = SystemCalls()
    calls.readAt = { failing.isOn ? -5 : SystemCalls.live.readAt($0, $1, $2, $3) }
    let model = try tiny.open(.init(residency: .streamed), calls: calls)
    var session = try EmbeddingSession(
      model, options: .init(threads: 2, batchTokens: 8192, ringLayers: ringLayers))
    var batch = PackedBatch()
    for _ in 0..<repeats { for sequence in Self.sequences { batch.append(sequence) } }
    let expected = try session.embedBits(batch, dimension: 36)
    for _ in 0..<3 {
      failing.isOn = true
      #expect(throws: EmbeddingError.self) { try session.embedBits(batch, dimension: 36) }
      failing.isOn = false
      #expect(try session.embedBits(batch, dimension: 36) == expected)
    }
  }

  private final class Failing: @unchecked Sendable { var isOn = false }
}
