import Checkpoint
import KoQuant
import Reference
import Testing

@Suite struct ReferenceErrorTests {
  private func encode(_ sequences: [[UInt32]]) -> ReferenceError? {
    do {
      _ = try ReferenceEngine.encode(sequences, ReferenceGolden("tiny-roberta").checkpoint())
      return nil
    } catch { return error as? ReferenceError }
  }

  @Test func refusesWhatHasNoEmbedding() {
    #expect(encode([[0, 5, 2], []]) == .emptySequence(1))
    #expect(encode([[0, 61, 2]]) == .unknownToken(sequence: 0, token: 61))
    #expect(encode([[0, .max, 2]]) == .unknownToken(sequence: 0, token: .max))
    // 45 rows, of which padding and the rows before it are no positions.
    #expect(encode([[UInt32](repeating: 5, count: 43)]) == nil)
    #expect(
      encode([[UInt32](repeating: 5, count: 44)]) == .sequenceTooLong(0, tokens: 44, limit: 43))
  }

  @Test func refusesWeightsOfAnotherSize() throws {
    let configuration = try ReferenceGolden("tiny-roberta").checkpoint().configuration
    let encoder = try ReferenceEncoder(
      configuration, sequences: [[0, 2]], kernels: ReferenceEngine.kernels, pool: ThreadPool(threads: 1))
    let short = [Float](repeating: 0, count: 36)
    short.withUnsafeBufferPointer { short in
      #expect(throws: ReferenceError.wrongSize(weight: "word embeddings", expected: 72, found: 36)) {
        try encoder.takeWords(rows: 0..<2, short)
      }
      #expect(throws: ReferenceError.wrongSize(weight: "position embeddings", expected: 1620, found: 36)) {
        try encoder.finishEmbeddings(positions: short, tokenType: short, gamma: short, beta: short)
      }
    }
    var other = configuration
    other.intermediateSize = 55
    let weights = try LayerWeights(other)
    #expect(throws: ReferenceError.wrongSize(weight: "a layer", expected: 36 * 54, found: 36 * 55)) {
      try encoder.advance(weights)
    }
  }

  @Test func messagesNameTheText() {
    #expect(
      ReferenceError.sequenceTooLong(3, tokens: 600, limit: 512).description
        == "text 3 has 600 tokens, but the position table ends at 512")
  }
}
