import Kernels
import KoQuant
import Reference

/// What goes into the four matrices of a layer, over the calibration tokens. One object serves all layers in turn.
final class LayerStatistics {
  private let inputs: [MatrixInput.Matrix: InputStatistics]
  /// Tokens of the layer seen so far, per matrix: a layer hands them over in several pieces.
  private var seen: [MatrixInput.Matrix: Int] = [:]
  private let skippedTokens: Int
  private let kernels: KernelTable
  /// The first thing that went wrong while a layer was observed.
  private var failure: SystemError?

  /// - Parameters:
  ///   - skippedTokens: the first tokens of a layer, which are not for calibration.
  ///   - tokens: for calibration, behind those.
  init(
    _ configuration: ModelConfiguration, skippedTokens: Int, tokens: Int, recipe: Recipe,
    kernels: KernelTable, pool: ThreadPool
  ) throws(SystemError) {
    self.skippedTokens = skippedTokens
    self.kernels = kernels
    var inputs: [MatrixInput.Matrix: InputStatistics] = [:]
    for matrix in MatrixInput.Matrix.allCases {
      inputs[matrix] = try InputStatistics(
        channels: matrix == .output ? configuration.intermediateSize : configuration.hiddenSize,
        expectedTokens: tokens, recipe: recipe, pool: pool)
    }
    self.inputs = inputs
  }

  /// Nil for no matrix: every one has statistics.
  subscript(matrix: MatrixInput.Matrix) -> InputStatistics? { inputs[matrix] }

  func beginLayer() {
    seen = [:]
    for statistics in inputs.values { statistics.reset() }
  }

  func add(_ input: MatrixInput) {
    guard failure == nil, let statistics = inputs[input.matrix] else { return }
    let first = seen[input.matrix, default: 0]
    seen[input.matrix] = first + input.rows
    let skipped = min(max(0, skippedTokens - first), input.rows)
    do throws(SystemError) {
      try statistics.add(
        input.values + skipped * input.stride, stride: input.stride, rows: input.rows - skipped,
        kernels: kernels)
    } catch {
      failure = error
    }
  }

  func endLayer() throws(SystemError) {
    if let failure { throw failure }
  }
}
