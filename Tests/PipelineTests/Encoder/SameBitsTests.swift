import Checkpoint
import Conversion
import Kernels
import KoQuant
import Testing

/// The vector of a text is a function of the file and the text alone.
@Suite struct SameBitsTests {
  /// Sequences of every length from 2 to 40, enough to fill batches in many ways.
  private static let sequences: [[UInt32]] = (2...40).map { length in
    (0..<length).map { UInt32(($0 * 17 + length * 5) % 61) }
  }

  private static func alone(_ model: EmbeddingModel) throws -> [[UInt32]] {
    try sequences.map { try model.embed([$0])[0] }
  }

  @Test(arguments: TinyCheckpoint.names) func batchesAndThreadsDoNotMatter(name: String) throws {
    let model = try TinyModel(name).open()
    let alone = try Self.alone(model)
    #expect(Set(alone).count == alone.count)
    for threads in 1...4 {
      for batchTokens in [40, 64, 97, 256, 4096] {
        #expect(try model.embed(Self.sequences, threads: threads, batchTokens: batchTokens) == alone)
      }
    }
  }

  @Test(arguments: TinyCheckpoint.names) func orderDoesNotMatter(name: String) throws {
    let model = try TinyModel(name).open()
    let alone = try Self.alone(model)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5 {
      let order = Self.sequences.indices.shuffled(using: &generator)
      let vectors = try model.embed(order.map { Self.sequences[$0] }, threads: 3, batchTokens: 128)
      #expect(vectors == order.map { alone[$0] }, "order \(order)")
    }
  }

  @Test(arguments: TinyCheckpoint.names) func kernelsDoNotMatter(name: String) throws {
    let file = try TinyModel(name)
    let alone = try Self.alone(file.open())
    let tables = KernelTable.available()
    #expect(tables.last?.name.description == "portable" || tables.last?.name.description == "neon")
    for table in tables {
      let model = try file.open(kernels: table)
      #expect(model.kernels.name.description == table.name.description)
      #expect(try Self.alone(model) == alone, "\(table.name)")
      #expect(try model.embed(Self.sequences, threads: 2, batchTokens: 333) == alone, "\(table.name)")
    }
  }

  @Test(arguments: TinyCheckpoint.names) func compressionDoesNotMatter(name: String) throws {
    let stored = try TinyModel(name, .stored)
    let alone = try Self.alone(stored.open())
    for level: Int32 in [1, 19] {
      let packed = try TinyModel(name, .zstd(level: level))
      #expect(packed.report.fileBytes < stored.report.fileBytes)
      #expect(packed.report.summary.header.contentHash == stored.report.summary.header.contentHash)
      #expect(try Self.alone(packed.open()) == alone)
    }
    let read = try EmbeddingModel(stored.openFile(access: .read))
    #expect(try Self.alone(read) == alone)
  }

  /// Blocks go through all layers together, beside whatever is loaded; whoever looks at layers gets them one by one.
  @Test(arguments: 1...4, [Residency.mapped, .resident, .streamed])
  func layersTogetherOrOneByOne(threads: Int, residency: Residency) throws {
    let file = try TinyModel("tiny-roberta", residency == .mapped ? .stored : .zstd(level: 3))
    let model = try file.open(.init(residency: residency))
    let alone = try Self.alone(model)
    var batch = PackedBatch()
    for _ in 0..<8 { for sequence in Self.sequences { batch.append(sequence) } }
    let expected = (0..<8).flatMap { _ in alone }
    for ringLayers in residency == .streamed ? [1, 2] : [2] {
      var session = try EmbeddingSession(
        model, options: .init(threads: threads, batchTokens: 8192, ringLayers: ringLayers))
      for pass in 0..<20 {
        #expect(
          try session.embedBits(batch, dimension: 36) == expected, "pass \(pass), ring of \(ringLayers)")
      }
      var vectors = [Float](repeating: 0, count: batch.sequences * 36)
      try vectors.withUnsafeMutableBufferPointer { try session.embed(batch, into: $0) { _, _ in } }
      #expect(vectors.map(\.bitPattern) == expected.flatMap { $0 })
      #expect(try session.embedBits(batch, dimension: 36) == expected)
    }
  }

  @Test func aSessionKeepsNothingOfTheBatchBefore() throws {
    let model = try TinyModel().open()
    let alone = try Self.alone(model)
    var session = try EmbeddingSession(model, options: .init(threads: 2))
    for index in [38, 0, 17, 38, 1, 5] {
      var batch = PackedBatch()
      batch.append(Self.sequences[index])
      #expect(try session.embedBits(batch, dimension: 36) == [alone[index]])
    }
  }

  @Test func sessionsOnSeveralThreadsShareAModel() async throws {
    let model = try TinyModel().open()
    let alone = try Self.alone(model)
    try await withThrowingTaskGroup(of: [[UInt32]].self) { group in
      for threads in [1, 2, 1, 3] { group.addTask { try model.embed(Self.sequences, threads: threads) } }
      for try await vectors in group { #expect(vectors == alone) }
    }
  }
}
