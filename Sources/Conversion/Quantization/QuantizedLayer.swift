import Checkpoint
import Kernels
import KoQuant
import Reference

/// One encoder layer in int8.
struct QuantizedLayer {
  let attentionQKV: QuantizedLinear
  let attentionOutput: QuantizedLinear
  let intermediate: QuantizedLinear
  let output: QuantizedLinear
  let attentionNorm: PaddedNorm
  let outputNorm: PaddedNorm
  /// What was chosen for each matrix, under the middle parts of the section names.
  private let choices: [ConversionReport.Matrix]

  /// Quantizes a layer of fp32 weights for the activations that were observed in it, and takes the calibration
  /// through it.
  init(
    _ weights: LayerWeights, _ statistics: LayerStatistics, _ calibration: PairedCalibration?, recipe: Recipe,
    kernels: KernelTable, pool: ThreadPool
  ) throws {
    let quantizer = LinearQuantizer(kernels: kernels, pool: pool)
    var plans: [LinearPlan] = []
    var checks: [OutputCheck] = []
    for matrix in MatrixInput.Matrix.allCases {
      guard let inputs = statistics[matrix] else { continue }
      let linear = FloatLinear(matrix, of: weights)
      let check = try OutputCheck(
        linear, inputs, residual: matrix.residual.flatMap { statistics[$0] }, kernels: kernels, pool: pool)
      checks.append(check)
      plans.append(
        try LinearPlan(
          linear, inputs, recipe: recipe, stakes: check.stakes, sensitivity: NoiseSensitivity(matrix),
          kernels: kernels, pool: pool))
    }
    let steps = try calibration?.layer(weights)
    var linears: [QuantizedLinear] = []
    var report: [ConversionReport.Matrix] = []
    for ((plan, check), option) in zip(zip(plans, checks), plans.choose(budget: recipe.groupBudget)) {
      let plain = try quantizer.plain(plan.linear)
      let linear = try quantizer.quantize(plan, option, steps?.moments())
      linears.append(linear)
      steps?.advance(linear)
      report.append(
        ConversionReport.Matrix(
          name: "", inputs: plan.linear.inputs, outputs: plan.linear.outputs,
          balanceExponent: option.balance.exponent,
          groupSize: option.groupSize < plan.linear.inputs ? option.groupSize : nil,
          usesErrorFeedback: plan.feedback != nil, signalToNoise: try check.signalToNoise(linear),
          plainSignalToNoise: try check.signalToNoise(plain)))
    }
    (attentionQKV, attentionOutput, intermediate, output) = (linears[0], linears[1], linears[2], linears[3])
    for (index, matrix) in MatrixInput.Matrix.allCases.enumerated() { report[index].name = matrix.name }
    choices = report
    attentionNorm = try PaddedNorm(weights[.attentionNormGamma], weights[.attentionNormBeta])
    outputNorm = try PaddedNorm(weights[.outputNormGamma], weights[.outputNormBeta])
  }

  /// Under the middle parts of the section names, `layers.3.<name>.weights`.
  var matrices: [(name: String, linear: QuantizedLinear)] {
    Array(
      zip(MatrixInput.Matrix.allCases.map(\.name), [attentionQKV, attentionOutput, intermediate, output]))
  }

  /// What was chosen for each matrix.
  func report(layer: Int) -> [ConversionReport.Matrix] {
    choices.map { choice in
      var choice = choice
      choice.name = "layers.\(layer).\(choice.name)"
      return choice
    }
  }

  var norms: [(name: String, norm: PaddedNorm)] {
    [("attention.norm", attentionNorm), ("output.norm", outputNorm)]
  }

  /// The layer as the encoder takes it; valid as long as this value or a copy of it.
  var encoderLayer: EncoderLayer {
    EncoderLayer(
      attentionQKV: attentionQKV.linearWeights, attentionOutput: attentionOutput.linearWeights,
      attentionNorm: attentionNorm.weights, intermediate: intermediate.linearWeights,
      output: output.linearWeights, outputNorm: outputNorm.weights)
  }
}

extension MatrixInput.Matrix {
  /// The matrix whose inputs are what the outputs of this one are added to.
  fileprivate var residual: Self? {
    switch self {
    case .attentionQueryKeyValue, .intermediate: nil
    case .attentionOutput: .attentionQueryKeyValue
    case .output: .intermediate
    }
  }
}

extension FloatLinear {
  /// A matrix of a layer; valid as long as `weights` keeps the layer.
  init(_ matrix: MatrixInput.Matrix, of weights: LayerWeights) {
    parts = matrix.parts.map { part in
      Part(
        weights: UnsafeBufferPointer(weights[part.weights]), bias: UnsafeBufferPointer(weights[part.bias]),
        importance: NoiseSensitivity.importance(of: part.weights))
    }
    inputs = matrix == .output ? weights.intermediateSize : weights.hiddenSize
  }
}

/// LayerNorm parameters, padded with zeros to whole vectors.
struct PaddedNorm {
  let gamma: AlignedBuffer
  let beta: AlignedBuffer

  init(
    _ gamma: UnsafeMutableBufferPointer<Float>, _ beta: UnsafeMutableBufferPointer<Float>
  ) throws(SystemError) {
    self.gamma = try AlignedBuffer(padding: gamma)
    self.beta = try AlignedBuffer(padding: beta)
  }

  /// Valid as long as this value or a copy of it.
  var weights: LayerNormWeights {
    LayerNormWeights(gamma: UnsafePointer(gamma.start()), beta: UnsafePointer(beta.start()))
  }
}
