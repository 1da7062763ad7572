import Kernels
import KoQuant

/// Turns a planned fp32 matrix into an int8 matrix in kernel layout.
package struct LinearQuantizer {
  let kernels: KernelTable
  let pool: ThreadPool

  package init(kernels: KernelTable, pool: ThreadPool) {
    self.kernels = kernels
    self.pool = pool
  }

  /// - Parameter moments: of what goes into the matrix in the int8 model; nil for what the plan was made for.
  /// - Complexity: O(inputs · outputs), with error feedback O(inputs² · (inputs + outputs)); on all threads.
  package func quantize(
    _ plan: LinearPlan, _ option: LinearPlan.Option, _ moments: PairedMoments? = nil
  ) throws(SystemError) -> QuantizedLinear {
    let balance = option.balance.factors
    let result = try QuantizedLinear(
      inputs: plan.linear.inputs, outputs: plan.linear.paddedOutputs, groupSize: option.groupSize,
      scalesGroups: plan.scalesGroups, balance: balance)
    if let moments, let target = try TargetedLinear(plan.linear, moments, kernels: kernels, pool: pool) {
      let feedback = try ErrorFeedback(
        moments.covariance, importance: plan.importance, kernels: kernels, pool: pool)
      try round(target.linear, feedback, balance: balance, means: moments.means, into: result)
      withExtendedLifetime(target) {}
    } else {
      try round(plan.linear, plan.feedback, balance: balance, means: plan.statistics.means, into: result)
    }
    result.sumColumns(pool: pool)
    return result
  }

  private func round(
    _ linear: FloatLinear, _ feedback: ErrorFeedback?, balance: [Float], means: [Double],
    into result: QuantizedLinear
  ) throws(SystemError) {
    let means = zip(means, balance).map { Float($0) * $1 }
    if let feedback {
      try FeedbackRounding(feedback, balance: balance, kernels: kernels, pool: pool)
        .round(linear.channels, means: means, into: result)
    } else {
      roundToNearest(linear, balance: balance, means: means, into: result)
    }
  }

  /// The matrix as it would be without any recipe: not balanced, rounded to the nearest, one scale per token. What
  /// a recipe is compared with.
  package func plain(_ linear: FloatLinear) throws(SystemError) -> QuantizedLinear {
    let balance = [Float](repeating: 1, count: linear.inputs)
    let result = try QuantizedLinear(
      inputs: linear.inputs, outputs: linear.paddedOutputs, groupSize: Tile.stride(linear.inputs),
      scalesGroups: false, balance: balance)
    let means = [Float](repeating: 0, count: linear.inputs)
    roundToNearest(linear, balance: balance, means: means, into: result)
    result.sumColumns(pool: pool)
    return result
  }

  /// - Parameter means: of the balanced inputs; the mean error of an output goes into its bias.
  private func roundToNearest(
    _ linear: FloatLinear, balance: [Float], means: [Float], into result: QuantizedLinear
  ) {
    let channels = linear.channels
    pool.run(count: channels.count) { index, _ in
      let channel = channels[index]
      let weights = zip(channel.weights, balance).map { $0 / $1 }
      let scales = weights.withUnsafeBufferPointer(result.bestScales)
      var shift: Float = 0
      for (input, weight) in weights.enumerated() {
        let scale = scales[input / result.groupSize]
        let value = ChannelQuantizer.quantize(weight, inverseScale: scale > 0 ? 1 / scale : 0)
        result.store(value, channel: channel.index, input: input)
        shift += (weight - scale * Float(value)) * means[input]
      }
      result.store(scales, bias: channel.bias + shift, channel: channel.index)
    }
  }
}

/// Squared quantization error of some values, beside their own squares.
struct SquaredError {
  private var error = 0.0
  private var signal = 0.0

  mutating func add(_ value: Float, restored: Float) {
    let difference = Double(value) - Double(restored)
    error += difference * difference
    signal += Double(value) * Double(value)
  }

  mutating func add(_ other: SquaredError) {
    error += other.error
    signal += other.signal
  }

  /// |x - restored x| / |x|.
  var relative: Double { signal > 0 ? (error / signal).squareRoot() : 0 }
}
