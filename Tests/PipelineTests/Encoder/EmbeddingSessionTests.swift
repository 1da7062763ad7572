import Checkpoint
import Conversion
import Evaluation
import Interchange
import KoQuant
import Reference
import Testing

@Suite struct EmbeddingSessionTests {
  @Test(
    arguments: TinyCheckpoint.names,
    [
      (ModelConfiguration.Pooling.mean, "mean_tokens"), (.cls, "cls_token"), (.max, "max_tokens"),
      (.meanSqrtLength, "mean_sqrt_len_tokens"),
    ])
  func poolsAsTheCheckpointSays(name: String, pooling: (ModelConfiguration.Pooling, String)) throws {
    let checkpoint = try TinyCheckpoint(name)
    try checkpoint.setPooling(pooling.1)
    let model = try TinyModel(checkpoint).open()
    #expect(model.configuration.pooling == pooling.0)
    let golden = ReferenceGolden(name)
    let file = pooling.1 == "mean_sqrt_len_tokens" ? pooling.1 : String(pooling.1.prefix { $0 != "_" })
    let expected = try golden.matrix(file)
    let vectors = FloatMatrix(bits: try model.embed(golden.sequences()), columns: 36)
    for row in 0..<expected.rows {
      #expect(VectorComparison(vectors[row], reference: expected[row]).cosine > 0.999)
    }
  }

  @Test func normalizesToLengthOne() throws {
    let model = try TinyModel().open()
    let sequences = try ReferenceGolden("tiny-roberta").sequences()
    let plain = FloatMatrix(bits: try model.embed(sequences), columns: 36)
    let unit = FloatMatrix(bits: try model.embed(sequences, normalize: true), columns: 36)
    for row in 0..<plain.rows {
      #expect(abs(unit[row].reduce(0) { $0 + Double($1) * Double($1) } - 1) < 1e-6)
      #expect(VectorComparison(unit[row], reference: plain[row]).cosine > 1 - 1e-12)
    }
  }

  @Test func paddingWrittenInATextHasAPositionOfItsOwn() throws {
    let name = "tiny-roberta"
    let checkpoint = try TinyCheckpoint(name)
    let model = try TinyModel(checkpoint).open()
    let ids = model.tokens("a[PAD]b [PAD]")
    #expect(ids == [0, 5, 1, 6, 1, 2])
    var positions = [UInt32](repeating: 0, count: ids.count)
    ids.withUnsafeBufferPointer { ids in
      positions.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { model.configuration.assignPositions(ids, into: start) }
      }
    }
    #expect(positions == [2, 3, 1, 4, 1, 5])
    let expected = try checkpoint.open { try ReferenceEngine.encode([ids], $0) }
    let vectors = FloatMatrix(bits: try model.embed([ids]), columns: 36)
    #expect(VectorComparison(vectors[0], reference: expected[0]).cosine > 0.999)
  }

  @Test func textsGoThroughTheTokenizer() throws {
    let model = try TinyModel().open()
    var session = try EmbeddingSession(model)
    for text in ["", "abc", "hello, world!", String(repeating: "a ", count: 100)] {
      var vector = [Float](repeating: 0, count: 36)
      let encoding = try vector.withUnsafeMutableBufferPointer { vector in
        try Array(text.utf8).withUnsafeBufferPointer { try session.embed($0, into: vector) }
      }
      #expect(encoding.ids == model.tokens(text))
      #expect(encoding.truncated == (text.utf8.count == 200))
      #expect(vector.map(\.bitPattern) == (try model.embed([encoding.ids])[0]))
    }
  }

  @Test func everyLayerIsSeen() throws {
    let model = try TinyModel().open()
    var session = try EmbeddingSession(model)
    var batch = PackedBatch()
    batch.append([0, 5, 2])
    var vector = [Float](repeating: 0, count: 36)
    var layers: [Int] = []
    try vector.withUnsafeMutableBufferPointer { vector in
      try session.embed(batch, into: vector) { layer, hidden in
        layers.append(layer)
        for token in 0..<3 {
          for channel in 36..<48 { #expect(hidden[token * 48 + channel] == 0) }
        }
      }
    }
    #expect(layers == [0, 1, 2])
  }
}

/// Batches that a session cannot take are refused before anything is computed.
@Suite struct InvalidBatchTests {
  /// The message of the refusal; nil when there was none.
  private func refusal(
    _ sequences: [[UInt32]], outputs: Int? = nil, batchTokens: Int = 64
  ) throws -> String? {
    let model = try TinyModel().open()
    var session = try EmbeddingSession(model, options: .init(threads: 1, batchTokens: batchTokens))
    var batch = PackedBatch()
    for sequence in sequences { batch.append(sequence) }
    var vectors = [Float](repeating: 7, count: outputs ?? sequences.count * 36)
    var computed = false
    do {
      try vectors.withUnsafeMutableBufferPointer { vectors throws(EmbeddingError) in
        try session.embed(batch, into: vectors) { _, _ in computed = true }
      }
      return nil
    } catch {
      #expect(!computed && vectors.allSatisfy { $0 == 7 })
      guard case .invalidBatch = error else { throw error }
      return error.message
    }
  }

  @Test func tooManyTokens() throws {
    let sequence = [UInt32](repeating: 5, count: 20)
    #expect(try refusal([sequence, sequence, sequence]) == nil)
    #expect(try #require(try refusal([sequence, sequence, sequence, sequence])).contains("capacity"))
  }

  @Test func sequencesThatAreEmptyOrTooLong() throws {
    #expect(try refusal([[UInt32](repeating: 5, count: 40)]) == nil)
    for sequence in [[], [UInt32](repeating: 5, count: 41)] {
      #expect(try #require(try refusal([[0, 2], sequence])).contains("empty or longer"))
    }
  }

  @Test func tokensThatAreNotInTheVocabulary() throws {
    #expect(try refusal([[0, 60, 2]]) == nil)
    for token: UInt32 in [61, 62, 0x8000_0000, .max] {
      #expect(try #require(try refusal([[0, 5, 2], [0, token, 2]])).contains("vocabulary"))
    }
  }

  @Test func outputsThatAreTooSmall() throws {
    #expect(try refusal([[0, 2], [0, 2]], outputs: 72) == nil)
    for outputs in [71, 36, 0] {
      #expect(try #require(try refusal([[0, 2], [0, 2]], outputs: outputs)).contains("output"))
    }
  }

  @Test func anEmptyBatchGivesNothing() throws {
    #expect(try refusal([], outputs: 0) == nil)
  }

  @Test func batchesBeyondAllMemoryAreRefused() throws {
    let model = try TinyModel().open()
    for tokens in [Int.max, Int.max / 3, 1 << 40] {
      #expect(throws: EmbeddingError.self) {
        _ = try EmbeddingSession(model, options: .init(threads: 1, batchTokens: tokens)).capacity
      }
    }
    for tokens in [0, -1, Int.min] {
      #expect(try EmbeddingSession(model, options: .init(threads: 1, batchTokens: tokens)).capacity == 40)
    }
  }

  @Test func kernelsThatDoNotExist() throws {
    let file = try TinyModel().openFile()
    do throws(EmbeddingError) {
      _ = try EmbeddingModel(file, instructionSet: Array("nonsense".utf8))
      Issue.record("opened")
    } catch {
      #expect(error.message.contains("nonsense") && error.message.contains("portable"))
    }
  }
}
