import KoQuant
import Reference

/// The largest magnitude of every input channel of a layer's matrices, over the calibration tokens.
struct ActivationStatistics {
  private var largest: [MatrixInput.Matrix: [Float]] = [:]
  /// Tokens seen so far, per matrix: a layer hands them over in several pieces.
  private var seen: [MatrixInput.Matrix: Int] = [:]
  /// The first tokens are not for calibration.
  let skippedTokens: Int

  init(skippedTokens: Int) { self.skippedTokens = skippedTokens }

  mutating func add(_ input: MatrixInput) {
    let first = seen[input.matrix, default: 0]
    seen[input.matrix] = first + input.rows
    var maxima = largest[input.matrix] ?? Array(repeating: 0, count: input.channels)
    for row in max(0, skippedTokens - first)..<max(input.rows, max(0, skippedTokens - first)) {
      let values = input.values + row * input.stride
      for channel in maxima.indices { maxima[channel] = max(maxima[channel], values[channel].magnitude) }
    }
    largest[input.matrix] = maxima
  }

  /// Largest magnitudes of the channels that go into `matrix`; empty when it was not observed.
  func maxima(_ matrix: MatrixInput.Matrix) -> [Float] { largest[matrix] ?? [] }
}
