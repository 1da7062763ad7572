import Kernels
import KoQuant

/// A linear map whose outputs on the inputs q of the int8 model are as near as can be to those of another, W, on the
/// inputs x of the fp32 model:
///
///     min_W' E|W (x - E x) - W' (q - E q)|² + λ Σ_j v_j |W'_j - W_j|²
///     W' = W + W E[(x - q) qᵀ] (C + λ diag C)⁻¹,   b' = b + W E x - W' E q
///
/// with C the covariance of q, moments about the mean and v = diag C. What the layers before did wrong is made good as
/// far as q tells of it (Li et al., "GPTAQ: Efficient Finetuning-Free Quantization for Asymmetric Calibration", 2025).
package struct TargetedLinear {
  /// λ. Without it the fit follows the calibration text: see docs/quantization.md.
  private static let damping: Float = 1

  /// Valid as long as this value or a copy of it.
  package let linear: FloatLinear
  private let weights: AlignedBuffer
  private let bias: AlignedBuffer

  /// Nil for inputs that are not finite.
  ///
  /// - Complexity: O(inputs³ + inputs² · outputs), on all threads.
  package init?(
    _ source: FloatLinear, _ moments: PairedMoments, kernels: KernelTable, pool: ThreadPool
  ) throws(SystemError) {
    let inputs = source.inputs
    guard moments.mass > 0 else { return nil }
    let fit = try TargetFit(moments, damping: Self.damping, pool: pool)
    guard try fit.factor.factor(kernels: kernels, pool: pool) else { return nil }
    let channels = source.channels
    weights = try AlignedBuffer(count: channels.count * inputs, of: Float.self, zeroed: false)
    bias = try AlignedBuffer(count: channels.count, of: Float.self)
    let lanes = Tile.lanes
    let workspaces = try AlignedBuffer(count: pool.threads * 2 * inputs * lanes, of: Float.self)
    let (weights, bias) = (weights, bias)
    pool.run(count: (channels.count + lanes - 1) / lanes) { panel, worker in
      let rows = panel * lanes..<min((panel + 1) * lanes, channels.count)
      let packed = workspaces.start(of: Float.self) + worker * 2 * inputs * lanes
      let shifts = packed + inputs * lanes
      for input in 0..<inputs {
        for lane in 0..<lanes {
          packed[input * lanes + lane] =
            lane < rows.count ? channels[rows.lowerBound + lane].weights[input] : 0
        }
      }
      let offset = fit.shifts(of: packed, into: shifts, kernels: kernels)
      for (lane, row) in rows.enumerated() {
        var constant = Double(channels[row].bias) + offset[lane]
        for input in 0..<inputs {
          let shift = shifts[input * lanes + lane]
          weights.start(of: Float.self)[row * inputs + input] = packed[input * lanes + lane] + shift
          constant -= Double(shift) * fit.means[input]
        }
        bias.start(of: Float.self)[row] = Float(constant)
      }
    }
    guard bias.elements(of: Float.self).allSatisfy(\.isFinite) else { return nil }
    linear = source.replacing(
      weights: UnsafeBufferPointer(weights.elements(of: Float.self)),
      bias: UnsafeBufferPointer(bias.elements(of: Float.self)))
  }
}

/// The normal equations of a fit, for 16 outputs at a time.
private struct TargetFit {
  let moments: PairedMoments
  let means: [Double]
  let meanDifferences: [Double]
  /// Of the correlation matrix of q, λ added to its diagonal.
  let factor: TriangularFactor
  private let inverseDeviations: [Float]

  init(_ moments: PairedMoments, damping: Float, pool: ThreadPool) throws(SystemError) {
    self.moments = moments
    means = moments.means
    meanDifferences = moments.meanDifferences
    factor = try TriangularFactor(size: moments.channels)
    let covariance = moments.covariance
    let deviations = covariance.deviations
    covariance.writeCorrelations(
      order: Array(0..<moments.channels), deviations, damping: damping, to: factor)
    inverseDeviations = deviations.map { 1 / $0 }
  }

  /// Writes W' - W of 16 outputs, [inputs][16] as their weights W, and returns W E[x - q].
  func shifts(
    of weights: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, kernels: KernelTable
  ) -> [Double] {
    let lanes = Tile.lanes
    kernels.floats.multiplyFloat(
      MultiplyFloat(
        a: moments.differences.start, aStride: moments.differences.stride, b: weights, c: result,
        cStride: lanes, rows: moments.channels, columns: lanes, inner: moments.channels))
    var offset = [Double](repeating: 0, count: lanes)
    for input in 0..<moments.channels {
      for lane in 0..<lanes { offset[lane] += meanDifferences[input] * Double(weights[input * lanes + lane]) }
    }
    for input in 0..<moments.channels {
      for lane in 0..<lanes {
        let place = input * lanes + lane
        let centred = Double(result[place]) / moments.mass - means[input] * offset[lane]
        result[place] = Float(centred) * inverseDeviations[input]
      }
    }
    factor.solve(result)
    for input in 0..<moments.channels {
      for lane in 0..<lanes { result[input * lanes + lane] *= inverseDeviations[input] }
    }
    return offset
  }
}
