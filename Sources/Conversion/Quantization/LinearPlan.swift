import Kernels
import KoQuant
import Reference

/// What is known about a matrix before it is quantized: how its errors can be fed back, and what each grouping of
/// its activations would cost and leave of noise.
package struct LinearPlan {
  package struct Option {
    package var groupSize: Int
    package var balance: ChannelBalance
    /// Expected drift: the squared error of the outputs over the squares of what they become part of, times the
    /// sensitivity to it.
    package var noise: Double
    /// Multiply-adds of the matrix times the share of its time that the groups add.
    package var cost: Double
  }

  let linear: FloatLinear
  let statistics: InputStatistics
  package let feedback: ErrorFeedback?
  /// Per input channel, the squares of the outputs that come from it.
  let importance: [Float]
  /// Whether weights have a scale per group too.
  let scalesGroups: Bool
  /// One scale per token first, then finer groups.
  package let options: [Option]

  package init(
    _ linear: FloatLinear, _ statistics: InputStatistics, recipe: Recipe, stakes: Double,
    sensitivity: NoiseSensitivity, kernels: KernelTable, pool: ThreadPool
  ) throws(SystemError) {
    self.linear = linear
    self.statistics = statistics
    let variances = statistics.variances
    scalesGroups = recipe.scalesWeightGroups
    importance = zip(linear.columnSquares, variances).map { $0 * $1 }
    if let covariance = statistics.covariance {
      feedback = try ErrorFeedback(covariance, importance: importance, kernels: kernels, pool: pool)
    } else {
      feedback = nil
    }
    let model = NoiseModel(
      linear, statistics, variances: feedback?.innovations ?? variances,
      scalesGroups: scalesGroups, sensitivity: sensitivity, pool: pool)
    let whole = Tile.stride(linear.inputs)
    let sizes = recipe.groupBudget > 0 ? Recipe.groupSizes.filter { $0 < linear.inputs } : []
    let macs = Double(linear.inputs * linear.outputs)
    options = ([whole] + sizes).map { size in
      let best = model.best(groupSize: size)
      return Option(
        groupSize: size, balance: best.balance, noise: stakes > 0 ? best.noise / stakes : 0,
        cost: size == whole ? 0 : macs * Recipe.overhead(groupSize: size, inputs: linear.inputs))
    }
  }
}

extension [LinearPlan] {
  /// The option of each plan such that their noise together is least and the groups cost no more than `budget`,
  /// a share of the multiply-adds of all plans. Tries all combinations.
  package func choose(budget: Double) -> [LinearPlan.Option] {
    let macs = reduce(0.0) { $0 + Double($1.linear.inputs * $1.linear.outputs) }
    var combinations: [(options: [LinearPlan.Option], noise: Double, cost: Double)] = [([], 0, 0)]
    for plan in self {
      combinations = combinations.flatMap { combination in
        plan.options.compactMap { option in
          let cost = combination.cost + option.cost
          if cost > budget * macs { return nil }
          return (combination.options + [option], combination.noise + option.noise, cost)
        }
      }
    }
    return combinations.min { $0.noise < $1.noise }?.options ?? []
  }
}
