import Checkpoint
import Conversion
import Kernels
import KoQuant
import Reference
import Testing

@Suite struct PairedCalibrationTests {
  private let pool: ThreadPool
  private let kernels: KernelTable
  private let checkpoint: Checkpoint
  private let sequences: [[UInt32]]
  private let calibration: PairedCalibration
  private let weights: LayerWeights

  init() throws {
    let golden = ReferenceGolden("tiny-bert")
    pool = try ThreadPool(threads: 2)
    kernels = try EmbeddingModel.selectKernels()
    checkpoint = try golden.checkpoint()
    sequences = try golden.sequences()
    calibration = try PairedCalibration(
      checkpoint.configuration, sequences: sequences, kernels: kernels, pool: pool)
    try calibration.target.readEmbeddings(checkpoint)
    try calibration.quantized.readEmbeddings(checkpoint)
    weights = try LayerWeights(checkpoint.configuration)
    try weights.read(layer: 0, from: checkpoint)
  }

  private var tokens: Int { sequences.reduce(0) { $0 + $1.count } }

  /// Goes through layer 0 with every matrix rounded to the nearest.
  private func advance(_ visit: (MatrixInput.Matrix, PairedMoments) throws -> Void = { _, _ in }) throws {
    let layer = try calibration.layer(weights)
    let quantizer = LinearQuantizer(kernels: kernels, pool: pool)
    for matrix in MatrixInput.Matrix.allCases {
      try visit(matrix, try #require(try layer.moments()))
      let parts = matrix.parts.map {
        FloatLinear.Part(
          weights: UnsafeBufferPointer(weights[$0.weights]), bias: UnsafeBufferPointer(weights[$0.bias]))
      }
      let inputs = weights[matrix.parts[0].weights].count / weights[matrix.parts[0].bias].count
      layer.advance(try quantizer.plain(FloatLinear(parts: parts, inputs: inputs)))
    }
    #expect(try layer.moments() == nil)
  }

  /// Where nothing has been quantized yet both sides have the same; from then on they differ, by a little.
  @Test func differencesComeFromWhatIsQuantized() throws {
    try advance { matrix, moments in
      let differences = moments.meanDifferences
      #expect(differences.count == moments.channels)
      if matrix == .attentionQueryKeyValue {
        #expect(differences.allSatisfy { $0 == 0 })
      } else {
        #expect(differences.contains { $0 != 0 } && differences.allSatisfy { $0.magnitude < 0.1 })
      }
    }
  }

  /// Tokens count by what the LayerNorm divides them by, where one follows.
  @Test func tokensOfMatricesThatEndABlockAreWeighted() throws {
    var masses: [MatrixInput.Matrix: Double] = [:]
    try advance { masses[$0] = $1.mass }
    #expect(masses[.attentionQueryKeyValue] == Double(tokens) && masses[.intermediate] == Double(tokens))

    let encoder = try ReferenceEncoder(
      checkpoint.configuration, sequences: sequences, kernels: kernels, pool: pool)
    try encoder.readEmbeddings(checkpoint)
    let products = try encoder.products(weights)
    for chunk in encoder.chunks {
      for matrix in MatrixInput.Matrix.allCases {
        let input = encoder.input(of: matrix, products, chunk)
        if let deviations = encoder.deviations(input, products, chunk) {
          let mass = deviations.reduce(0.0) { $0 + 1 / (Double($1) * Double($1)) }
          #expect(abs((masses[matrix] ?? 0) / mass - 1) < 1e-5, "\(matrix)")
        }
        encoder.finish(input, products, chunk)
      }
    }
  }

  /// The fp32 side ends where the reference does, the other near to it.
  @Test func bothSidesAdvance() throws {
    try advance()
    let encoder = try ReferenceEncoder(
      checkpoint.configuration, sequences: sequences, kernels: kernels, pool: pool)
    try encoder.readEmbeddings(checkpoint)
    try encoder.advance(weights)
    let expected = Array(encoder.states.values)
    #expect(Array(calibration.target.states.values) == expected)
    let quantized = Array(calibration.quantized.states.values)
    #expect(quantized != expected)
    #expect(zip(quantized, expected).allSatisfy { abs($0 - $1) < 0.2 })
  }
}
