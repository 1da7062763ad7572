import Evaluation

extension DriftReport {
  private static let worstTexts = 20

  /// One page that needs nothing else: no network, no script, readable on a phone, light or dark.
  func page() -> String {
    var html = HTML()
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { head in
        head.empty("meta", ["charset": "utf-8"])
        head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head.element("title", text: "Drift of \(file)")
        head.element("style", text: PageStyle.sheet)
      }
      html.element("body") { body in
        body.element("header") { header in
          header.element("h1", text: "Drift from fp32")
          header.element("p", text: "\(file): \(texts.count) texts, int8 against \(reference)")
        }
        figures(&body)
        charts(&body)
        body.element("section") { section in
          section.element("h2", text: "Worst texts")
          worst(&section)
        }
        if !layers.isEmpty {
          body.element("section") { section in
            section.element("h2", text: "Layers and matrices")
            layerTable(&section)
          }
        }
        body.element(
          "footer",
          text:
            "koquant drift. 1 − cosine is 0 for the same direction. Decibels: "
            + "10 log₁₀ of the sum of squares of the fp32 values over that of the differences; 6 dB more halve the error."
        )
      }
    }
    return "<!DOCTYPE html>\n" + html.markup + "\n"
  }

  private func figures(_ html: inout HTML) {
    var figures = [
      ("mean cosine", drift.cosine.mean.decimals(6)), ("1st percentile", drift.cosine.p1.decimals(6)),
      ("lowest cosine", drift.cosine.minimum.decimals(6)),
    ]
    if let centred = drift.centredCosine { figures.append(("mean centred cosine", centred.mean.decimals(6))) }
    figures.append(("median relative L2", drift.relativeL2.median.decimals(5)))
    if let ranking = drift.ranking {
      figures.append(("same nearest text", "\((100 * ranking.top1).decimals(1)) %"))
      figures.append(
        ("\(ranking.neighbours) nearest shared", "\((100 * ranking.topNeighbours).decimals(1)) %"))
      if let spearman = ranking.spearman {
        figures.append(("Spearman of similarities", spearman.decimals(5)))
      }
    }
    html.element("section", ["class": "figures"]) { section in
      for (name, value) in figures {
        section.element("div") { figure in
          figure.element("b", text: value)
          figure.element("span", text: name)
        }
      }
    }
  }

  private func charts(_ html: inout HTML) {
    html.element("section", ["class": "charts"]) { section in
      chart("How far texts drift", histogramChart(), to: &section)
      chart("Drift by length of text", lengthChart(), to: &section)
      chart("Hidden states, layer by layer", layerChart(), to: &section)
      chart("Each matrix by itself, on fp32 input", matrixChart(), legend: Self.matrixNames, to: &section)
    }
  }

  private func chart(_ title: String, _ picture: HTML?, legend: [String] = [], to html: inout HTML) {
    guard let picture else { return }
    html.element("figure") { figure in
      figure.element("figcaption", text: title)
      figure.append(picture)
      if legend.isEmpty { return }
      figure.element("p", ["class": "legend"]) { line in
        for (index, name) in legend.enumerated() {
          line.element("span") { entry in
            entry.element("i", ["class": "swatch s\(index)"], text: "")
            entry.text(name)
          }
        }
      }
    }
  }

  private func worst(_ html: inout HTML) {
    html.element("ol", ["class": "worst"]) { list in
      for worst in drift.worst(Self.worstTexts) {
        list.element("li") { item in
          item.element("b", text: worst.comparison.cosine.decimals(6))
          item.element("small", text: "text \(worst.index + 1), \(tokens[worst.index]) tokens")
          item.element("p", ["dir": "auto"], text: excerpt(worst.index, bytes: 600))
        }
      }
    }
  }

  private func layerTable(_ html: inout HTML) {
    html.element("div", ["class": "wide"]) { wide in
      wide.element("table") { table in
        table.element("tr") { row in
          for title in ["after", "mean cosine", "lowest", "dB so far"] { row.element("th", text: title) }
          if !matrices.isEmpty { for name in Self.matrixNames { row.element("th", text: name) } }
        }
        for layer in layers {
          table.element("tr") { row in
            row.element("td", text: layer.layers == 0 ? "embeddings" : "layer \(layer.layers)")
            row.element("td", text: layer.meanCosine.decimals(6))
            row.element("td", text: layer.minimumCosine.decimals(6))
            row.element("td", text: layer.signalToNoise.decimals(1))
            for matrix in matrices(of: layer.layers - 1) {
              row.element("td", text: matrix.signalToNoise.decimals(1))
            }
          }
        }
      }
    }
  }
}
