import "segring/ring/worker";
