import Kernels
import KoQuant
import Reference

/// The calibration sentences on their way through the fp32 model and through what has become of it in int8, side by
/// side: a matrix is fitted to the inputs that it will have, so that its outputs are those of fp32 again.
package final class PairedCalibration {
  package let target: ReferenceEncoder
  /// Its hidden states are those of the int8 layers.
  package let quantized: ReferenceEncoder
  private let kernels: KernelTable
  private let pool: ThreadPool
  private let hidden: PairedMoments
  private let intermediate: PairedMoments

  package init(
    _ configuration: ModelConfiguration, sequences: [[UInt32]], kernels: KernelTable, pool: ThreadPool
  ) throws {
    self.kernels = kernels
    self.pool = pool
    target = try ReferenceEncoder(configuration, sequences: sequences, kernels: kernels, pool: pool)
    quantized = try ReferenceEncoder(configuration, sequences: sequences, kernels: kernels, pool: pool)
    hidden = try PairedMoments(channels: configuration.hiddenSize, pool: pool)
    intermediate = try PairedMoments(channels: configuration.intermediateSize, pool: pool)
  }

  /// The next layer, for going through it matrix by matrix.
  package func layer(_ weights: LayerWeights) throws -> PairedLayer {
    let configuration = target.configuration
    let product = try QuantizedProduct(
      rows: target.largestChunk, inputs: max(configuration.hiddenSize, configuration.intermediateSize),
      kernels: kernels, pool: pool)
    return PairedLayer(
      self, try target.products(weights), QuantizedProducts(weights: weights, product: product))
  }

  fileprivate func moments(
    of matrix: MatrixInput.Matrix, _ layer: FloatProducts, _ int8: QuantizedProducts
  ) throws(SystemError) -> PairedMoments {
    let moments = matrix == .output ? intermediate : hidden
    moments.reset()
    for chunk in target.chunks {
      let wanted = target.input(of: matrix, layer, chunk)
      let weights = target.deviations(wanted, layer, chunk)?.map { 1 / $0 }
      let found = quantized.input(of: matrix, int8, chunk)
      try moments.add(
        found.values, target: wanted.values, weights: weights, stride: found.stride,
        rows: found.rows, kernels: kernels)
    }
    return moments
  }

  fileprivate func finish(_ matrix: MatrixInput.Matrix, _ layer: FloatProducts, _ int8: QuantizedProducts) {
    for chunk in target.chunks {
      target.finish(target.input(of: matrix, layer, chunk), layer, chunk)
      quantized.finish(quantized.input(of: matrix, int8, chunk), int8, chunk)
    }
  }
}

/// A layer that is being quantized, its matrices in the order in which they are computed.
package final class PairedLayer {
  private let calibration: PairedCalibration
  private let layer: FloatProducts
  private var int8: QuantizedProducts
  /// Those that are still to be quantized.
  private var matrices = MatrixInput.Matrix.allCases[...]

  fileprivate init(_ calibration: PairedCalibration, _ layer: FloatProducts, _ int8: QuantizedProducts) {
    self.calibration = calibration
    self.layer = layer
    self.int8 = int8
  }

  /// What goes into the next matrix, nil after the last; valid until the next call.
  package func moments() throws(SystemError) -> PairedMoments? {
    guard let matrix = matrices.first else { return nil }
    return try calibration.moments(of: matrix, layer, int8)
  }

  /// Goes on with the next matrix as it was quantized.
  package func advance(_ linear: QuantizedLinear) {
    guard let matrix = matrices.popFirst() else { return }
    int8.linears[matrix] = linear
    if matrix.endsBlock { calibration.finish(matrix, layer, int8) }
  }
}
