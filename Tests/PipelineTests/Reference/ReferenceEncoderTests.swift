import Checkpoint
import Evaluation
import Interchange
import Kernels
import KernelsPortable
import KoQuant
import Reference
import Testing

/// The requirement: as far from PyTorch as fp32 is from itself.
private let tolerance: Float = 1e-5

@Suite struct ReferenceEncoderTests {
  @Test(arguments: ["tiny-bert", "tiny-roberta"])
  func equalsPyTorchAfterEveryLayer(name: String) throws {
    let golden = ReferenceGolden(name)
    var errors: [Float] = []
    var failure: (any Error)?
    let vectors = try ReferenceEngine.encode(golden.sequences(), golden.checkpoint()) { layers, states in
      do {
        errors.append(maximumAbsoluteDifference(states.matrix, try golden.matrix("hidden-\(layers)")))
      } catch { failure = error }
    }
    if let failure { throw failure }
    errors.append(maximumAbsoluteDifference(vectors, try golden.matrix("mean")))
    print("\(name): max abs against PyTorch, per layer and pooled: \(errors)")
    #expect(errors.count == 4)
    #expect(errors.allSatisfy { $0 <= tolerance })
  }

  @Test(
    arguments: ["tiny-bert", "tiny-roberta"],
    [
      (ModelConfiguration.Pooling.mean, "mean"), (.cls, "cls"), (.max, "max"),
      (.meanSqrtLength, "mean_sqrt_len_tokens"),
    ])
  func poolsAsSentenceTransformers(name: String, pooling: (ModelConfiguration.Pooling, String)) throws {
    let golden = ReferenceGolden(name)
    var pooled = FloatMatrix(rows: 0, columns: 0)
    _ = try ReferenceEngine.encode(golden.sequences(), golden.checkpoint()) { layers, states in
      if layers == 2 { pooled = states.pooled(pooling.0, normalizes: false) }
    }
    #expect(maximumAbsoluteDifference(pooled, try golden.matrix(pooling.1)) <= tolerance)
  }

  @Test func normalizesToLengthOne() throws {
    let golden = ReferenceGolden("tiny-bert")
    var pooled = FloatMatrix(rows: 0, columns: 0)
    let plain = try ReferenceEngine.encode(golden.sequences(), golden.checkpoint()) { layers, states in
      if layers == 2 { pooled = states.pooled(.mean, normalizes: true) }
    }
    #expect(pooled.rows == plain.rows)
    for row in 0..<pooled.rows {
      let comparison = VectorComparison(pooled[row], reference: plain[row])
      #expect(comparison.cosine > 1 - 1e-12)
      #expect(abs(pooled[row].reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    }
  }

  /// Against the sums in double, for the matrices that a LayerNorm follows.
  @Test(arguments: ["tiny-bert", "tiny-roberta"])
  func deviationsAreThoseThatLayerNormDividesBy(name: String) throws {
    let golden = ReferenceGolden(name)
    let checkpoint = try golden.checkpoint()
    let configuration = checkpoint.configuration
    let encoder = try ReferenceEncoder(
      configuration, sequences: golden.sequences(), kernels: ReferenceEngine.kernels,
      pool: ThreadPool(threads: 2))
    try encoder.readEmbeddings(checkpoint)
    let weights = try LayerWeights(configuration)
    try weights.read(layer: 0, from: checkpoint)
    let products = try encoder.products(weights)
    let chunk = try #require(encoder.chunks.first)
    for matrix in MatrixInput.Matrix.allCases {
      let input = encoder.input(of: matrix, products, chunk)
      let found = encoder.deviations(input, products, chunk)
      #expect((found != nil) == (matrix == .attentionOutput || matrix == .output))
      for (row, deviation) in (found ?? []).enumerated() {
        let (rows, bias) = (weights[matrix.parts[0].weights], weights[matrix.parts[0].bias])
        let states = encoder.states
        let sums = (0..<configuration.hiddenSize).map { channel in
          (0..<input.channels).reduce(Double(states.values[row * states.stride + channel] + bias[channel])) {
            $0 + Double(input.values[row * input.stride + $1]) * Double(rows[channel * input.channels + $1])
          }
        }
        let mean = sums.reduce(0, +) / Double(sums.count)
        let square = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count)
        let expected = (square + Double(configuration.layerNormEpsilon)).squareRoot()
        #expect(abs(Double(deviation) / expected - 1) < 1e-5, "\(matrix), token \(row)")
      }
      encoder.finish(input, products, chunk)
    }
  }

  private static let miniLM = ReferenceEngine.model("all-MiniLM-L6-v2")
  private static let targetShaped = ReferenceEngine.model("target-shaped")

  @Test(.enabled(if: targetShaped != nil, "Tools/make-target-checkpoint has not been run"))
  func targetShapedEqualsPyTorch() throws {
    let golden = ReferenceGolden("target-shaped")
    let checkpoint = try Checkpoint(path: try #require(Self.targetShaped))
    let vectors = try ReferenceEngine.encode(golden.sequences(), checkpoint)
    let error = maximumAbsoluteDifference(vectors, try golden.matrix("mean"))
    print("target-shaped: max abs against PyTorch: \(error)")
    #expect(error <= tolerance)
  }

  @Test(.enabled(if: miniLM != nil, "Tools/fetch-minilm has not been run"))
  func miniLMEqualsPyTorch() throws {
    let golden = ReferenceGolden("minilm")
    let checkpoint = try Checkpoint(path: try #require(Self.miniLM))
    var pooled = FloatMatrix(rows: 0, columns: 0)
    let vectors = try ReferenceEngine.encode(golden.sequences(), checkpoint) { layers, states in
      if layers == 6 { pooled = states.pooled(.mean, normalizes: false) }
    }
    let expected = try golden.matrix("mean")
    let error = maximumAbsoluteDifference(pooled, expected)
    print("all-MiniLM-L6-v2: max abs against PyTorch before Normalize: \(error)")
    #expect(error <= tolerance)
    for row in 0..<expected.rows {
      #expect(VectorComparison(vectors[row], reference: expected[row]).cosine > 1 - 1e-10)
      #expect(abs(vectors[row].reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    }
  }

  @Test func vectorsDoNotDependOnNeighboursThreadsOrInstructions() throws {
    let golden = ReferenceGolden("tiny-roberta")
    let checkpoint = try golden.checkpoint()
    let sequences = try golden.sequences()
    let together = try ReferenceEngine.encode(sequences, checkpoint)
    #expect(together == (try ReferenceEngine.encode(sequences, checkpoint, threads: 1)))
    #expect(together == (try ReferenceEngine.encode(sequences, checkpoint, kernels: PortableKernels.table())))
    for (row, sequence) in sequences.enumerated() {
      #expect(try ReferenceEngine.encode([sequence], checkpoint).values == Array(together[row]))
    }
  }

  @Test func manyTextsAdvanceInSeveralChunks() throws {
    let golden = ReferenceGolden("tiny-bert")
    let checkpoint = try golden.checkpoint()
    let sequences = try golden.sequences()
    let once = try ReferenceEngine.encode(sequences, checkpoint)
    let copies = 25
    let many = try ReferenceEngine.encode(
      Array(repeating: sequences, count: copies).flatMap { $0 }, checkpoint)
    #expect(sequences.map(\.count).reduce(0, +) * copies > 2 * 1024)
    #expect(many.values == Array(repeating: once.values, count: copies).flatMap { $0 })
  }

  @Test func noTextsGiveNoVectors() throws {
    let vectors = try ReferenceEngine.encode([], ReferenceGolden("tiny-bert").checkpoint())
    #expect(vectors == FloatMatrix(rows: 0, columns: 36))
  }

  @Test func observerSeesTheInputsOfEveryMatrix() throws {
    let golden = ReferenceGolden("tiny-roberta")
    let checkpoint = try golden.checkpoint()
    let sequences = try golden.sequences()
    let encoder = try ReferenceEncoder(
      checkpoint.configuration, sequences: sequences, kernels: ReferenceEngine.kernels,
      pool: ThreadPool(threads: 2))
    let weights = try LayerWeights(checkpoint.configuration)
    try weights.read(layer: 0, from: checkpoint)
    var seen: [MatrixInput.Matrix] = []
    try encoder.advance(weights) { input in
      seen.append(input.matrix)
      #expect(input.rows == sequences.map(\.count).reduce(0, +))
      #expect(input.channels == (input.matrix == .output ? 54 : 36))
      for row in 0..<input.rows {
        let padding = UnsafeBufferPointer(start: input.values + row * input.stride, count: input.stride)
        #expect(padding[input.channels...].allSatisfy { $0 == 0 })
      }
    }
    #expect(seen == MatrixInput.Matrix.allCases)
  }
}
